"""Measurements, run with `python -m dgviz bench train`, `any`, `live` or `runs`.

Each prints the hardware and the versions with its figures, which are comparable only with them.
"""
