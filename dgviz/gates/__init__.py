"""The mathematics of DynamicGate-MLP.

Import from its modules: the server, which must not load torch, imports `schedules`.
"""
