"""The data sets: MNIST, which is part of the package, and four more that are downloaded on demand.

This module imports no torch, so that the server process can use the catalogue:

- `dgviz.data.catalogue`: names, titles, classes, sources and licences (pure Python).
- `dgviz.data.sets.load`: a data set as whole tensors (imports torch and torchvision).
- `dgviz.data.split.split`: the seeded validation split (imports torch).
"""

from dgviz.data.catalogue import DATASETS, DataError, Entry

__all__ = ["DATASETS", "DataError", "Entry"]
