"""The data sets: MNIST, which travels inside the package, and four more fetched on demand.

This room's front door shows only what needs no torch, so that the server process can print titles:

- `dgviz.data.catalogue`: names, titles, classes, sources and licences (pure Python).
- `dgviz.data.sets.load`: a data set as whole tensors (imports torch and torchvision).
- `dgviz.data.split.split`: the seeded validation split (imports torch).
"""

from dgviz.data.catalogue import DATASETS, DataError, Entry

__all__ = ["DATASETS", "DataError", "Entry"]
