"""Measurements of speed, run with `python -m dgviz bench train`, `live` or `runs`.

Each prints the hardware and the versions beside its figures: nothing else makes them comparable.
"""
