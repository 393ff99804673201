"""The three training loops that are compared, each an endless iterator over its steps.

An item is whether the step counts: False if the loop also evaluated.
All three train 784 -> 256 -> 10 on the 60,000 images with Adam at a learning rate of 0.001.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader

from dgviz.data.embedded import read_mnist
from dgviz.data.sets import load
from dgviz.data.split import Splits, split
from dgviz.gates.mlp import DynamicGateMLP
from dgviz.settings import Settings
from dgviz.training.loop import train

BETA = 0.03
LEARNING_RATE = 1e-3


def naive(batch_size: int) -> Iterator[bool]:
    """A loop as in a tutorial: the paper's formulas with autograd, and images one by one.

    torchvision's MNIST with ToTensor on each PIL image, a DataLoader in this process, Adam with its
    defaults. Nothing is evaluated and no metric is recorded.
    """
    from torchvision.transforms import ToTensor

    images, _ = read_mnist()
    images.transform = ToTensor()
    loader = DataLoader(images, batch_size=batch_size, shuffle=True)
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
