"""Gates for the layers of any PyTorch module, and back to smaller plain layers.

Import from its modules: `gating` adds gates, `gated_modules` reads them, `compacting` removes them.
"""
