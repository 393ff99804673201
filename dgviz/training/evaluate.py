"""Accuracy and loss of a network on the test and validation images."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from dgviz.data.split import Splits
from dgviz.methods.method import Method
from dgviz.training.routing import Routing, measure_routing

PREVIEW_TAUS = tuple(i / 20 for i in range(4, 16))
"""The thresholds of `accuracy_by_tau` by default: the range of the slider."""

CHUNK = 1000


@dataclass(frozen=True)
class Evaluation:
    """Accuracies in [0, 1], None without images, and the mean cross-entropy in nats.

    `routing` is that of the validation images, or of the test images if there are none; None for a
    method without routes.
    """

    test_accuracy: float
    test_loss: float
    validation_accuracy: float | None
    routing: Routing | None = None


@dataclass(frozen=True)
class HeldOut:
    """The images for evaluation: floats (n, pixels) in [0, 1], labels int64 (n,)."""

    test_images: Tensor
    test_labels: Tensor
    validation_images: Tensor
    validation_labels: Tensor

    @classmethod
    def of(cls, data: Splits, device: torch.device) -> HeldOut:
        """Those of a data set, on a device."""
        return cls(
            to_unit_floats(data.test_images.to(device)),
            data.test_labels.to(device),
            to_unit_floats(data.validation_images.to(device)),
            data.validation_labels.to(device),
        )


def to_unit_floats(images: Tensor) -> Tensor:
    """Images as a network reads them: uint8 in 0..255 as float32 in [0, 1]."""
    return images.float().div_(255)


@torch.no_grad()
def score(method: Method, images: Tensor, labels: Tensor) -> tuple[float, float]:
    """Accuracy (fraction) and mean cross-entropy (nats) on images (n, pixels), n > 0.

    The model is evaluated in eval mode, and left in train mode.
    """
    right, loss = 0, 0.0
    method.model.eval()
    for start in range(0, len(labels), CHUNK):
        expected = labels[start : start + CHUNK]
        logits = method.model(images[start : start + CHUNK])
        right += int((logits.argmax(1) == expected).sum())
        loss += float(functional.cross_entropy(logits, expected, reduction="sum"))
    method.model.train()
    return right / len(labels), loss / len(labels)


@torch.no_grad()
def predicted_classes(method: Method, images: Tensor) -> Tensor:
    """The class that the network gives each of the images (n, pixels): uint8 (n,), on the CPU.

    The model is evaluated in eval mode, and left in train mode.
    """
    method.model.eval()
    found = [method.model(chunk).argmax(1).to(torch.uint8) for chunk in images.split(CHUNK)]
    method.model.train()
    return torch.cat(found).cpu()


def evaluate(method: Method, held_out: HeldOut) -> Evaluation:
    """Evaluate the network with its present weights and tau."""
    test_accuracy, test_loss = score(method, held_out.test_images, held_out.test_labels)
    validation = None
    routed = held_out.test_images, held_out.test_labels
    if len(held_out.validation_labels):
        routed = held_out.validation_images, held_out.validation_labels
        validation, _ = score(method, *routed)
    return Evaluation(test_accuracy, test_loss, validation, measure_routing(method, *routed))


def accuracy_by_tau(
    method: Method,
    held_out: HeldOut,
    *,
    tau: float,
    taus: tuple[float, ...] = PREVIEW_TAUS,
    images: int = 250,
) -> list[tuple[float, float]] | None:
    """Pairs of tau and accuracy for each of `taus`, on the first `images` validation images.

    None without validation images, or if the method has no tau. The network is left with `tau`.
    """
    if not method.settings.spec.preview or not len(held_out.validation_labels):
        return None
    sample = held_out.validation_images[:images], held_out.validation_labels[:images]
    curve = []
    for candidate in taus:
        method.set_tau(candidate)
        curve.append((candidate, score(method, *sample)[0]))
    method.set_tau(tau)
    return curve
