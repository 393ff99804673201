"""The validation split: settings are compared on it, so that the test set stays unseen."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dgviz.data.sets import Dataset


@dataclass(frozen=True, eq=False)
class Splits:
    """A data set in three parts of t training, v validation and m test images.

    Attributes:
        train_images: uint8 (t, pixels) in 0..255.
        train_labels: int64 (t,).
        validation_images: uint8 (v, pixels); (0, pixels) without a validation set.
        validation_labels: int64 (v,).
        test_images: uint8 (m, pixels).
        test_labels: int64 (m,).
    """

    train_images: Tensor
    train_labels: Tensor
    validation_images: Tensor
    validation_labels: Tensor
    test_images: Tensor
    test_labels: Tensor


def split(dataset: Dataset, validation: int = 5000, seed: int = 0) -> Splits:
    """Split a random validation set off the training set.

    The same seed always gives the same split, independent of the global random state. Both parts
    have the examples in their original order.

    Args:
        dataset: a data set with n training images.
        validation: the number of validation images, 0 <= validation < n; 0 trains on all images.
        seed: the seed of the random choice.

    Raises:
        ValueError: validation is out of range.
    """
    n = len(dataset.train_labels)
    if not 0 <= validation < n:
        raise ValueError(
            f"A validation set of {validation} cannot be split off {n} training examples: "
            f"choose 0 to {n - 1}."
        )
    drawn = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    held_out, train = drawn[:validation].sort().values, drawn[validation:].sort().values
    return Splits(
        train_images=dataset.train_images[train],
        train_labels=dataset.train_labels[train],
        validation_images=dataset.train_images[held_out],
        validation_labels=dataset.train_labels[held_out],
        test_images=dataset.test_images,
        test_labels=dataset.test_labels,
    )
