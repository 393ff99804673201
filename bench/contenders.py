"""The three training loops that are compared, each an endless iterator over its steps.

An item is whether the step counts: False if the loop also evaluated.
All three train 784 -> 256 -> 10 on the 60,000 images with Adam at a learning rate of 0.001.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from dgviz.data.embedded import read_mnist
from dgviz.data.sets import load
from dgviz.data.split import Splits, split
from dgviz.data.torchvision_import import import_datasets
from dgviz.gates.mlp import DynamicGateMLP
from dgviz.settings import Settings
from dgviz.training.loop import train

BETA = 0.03
LEARNING_RATE = 1e-3


class _OneByOne(Dataset[tuple[Tensor, int]]):
    """The training images of MNIST, each made from a PIL image when it is asked for."""

    def __init__(self) -> None:
        import_datasets()  # Otherwise torchvision cannot be imported beside a CPU-only torch.
        from torchvision.transforms import ToTensor

        self._transform = ToTensor()
        (self._images, self._labels), _ = read_mnist()

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image = Image.fromarray(self._images[index].numpy())
        return self._transform(image), int(self._labels[index])


def naive(batch_size: int) -> Iterator[bool]:
    """A loop as in a tutorial: the paper's formulas with autograd, and images one by one.

    ToTensor on each PIL image, as torchvision's MNIST does it, a DataLoader in this process, Adam
    with its defaults. Nothing is evaluated and no metric is recorded.
    """
    loader = DataLoader(_OneByOne(), batch_size=batch_size, shuffle=True)
    model = DynamicGateMLP()
    optimiser = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    while True:
        for batch, labels in loader:
            optimiser.zero_grad()
            loss = functional.cross_entropy(model(batch), labels)
            (loss + BETA * model.sparsity_penalty()).backward()
            optimiser.step()
            yield True


def ours(batch_size: int, threads: int) -> Iterator[bool]:
    """dgviz's own loop: a snapshot each step, log points and metrics."""
    settings = Settings(
        beta=BETA,
        learning_rate=LEARNING_RATE,
        batch_size=batch_size,
        threads=threads,
        validation=0,
        epochs=1000,
        device="cpu",
    )
    for snapshot in train(settings, _mnist()):
        yield snapshot.metrics is None or snapshot.metrics.test_accuracy is None


def dense(batch_size: int) -> Iterator[bool]:
    """The same network without gates, as fast as possible: whole tensors and fused Adam."""
    data = _mnist()
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    optimiser = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
    while True:
        for batch in torch.randperm(len(data.train_labels)).split(batch_size):
            logits = model(data.train_images.index_select(0, batch).float().div_(255))
            loss = functional.cross_entropy(logits, data.train_labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            yield True


def _mnist() -> Splits:
    return split(load("mnist"), validation=0)
