"""The mathematics of DynamicGate-MLP, and nothing else.

Import from its modules: `schedules` is read by the server too, which must not load torch.
"""
