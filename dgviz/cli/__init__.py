"""The commands of `python -m dgviz`, one file each: `SUMMARY`, `add_arguments` and `run`."""
