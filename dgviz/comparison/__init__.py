"""Comparisons of methods on one network: which runs they need, and what came out. No torch."""
