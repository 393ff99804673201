"""Measurements, run with `python -m dgviz bench train`, `any`, `live`, `runs` or `sweeps`.

Each prints the hardware and the versions with its figures, which are comparable only with them.
"""
