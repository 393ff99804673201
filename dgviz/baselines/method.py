"""What the training loop, the pictures and the tables ask of every method."""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor, nn

from dgviz.settings import Settings


class Method(ABC):
    """A network and the way its gradient is found; the loop never asks which one it holds.

    Attributes:
        model: the network; images (batch, pixels) in [0, 1] to logits (batch, classes).
        logits: of the last batch given to `gradients`, (batch, classes).
        gated: whether beta and tau mean anything to it.
    """

    model: nn.Module
    logits: Tensor
    gated: bool

    @abstractmethod
    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        """Build `model` with layers of `sizes` from torch's global random state."""

    @abstractmethod
    def gradients(
        self, images: Tensor, labels: Tensor, *, beta: float, smoothing: float, train_gates: bool
    ) -> Tensor:
        """Fill `.grad` of every parameter that should move, for cross-entropy + beta * penalty.

        Args:
            images: (batch, pixels), floats in [0, 1].
            labels: (batch,), int64.
            beta: weight of the method's sparsity penalty.
            smoothing: label smoothing, in [0, 0.5].
            train_gates: False leaves the gate logits without a gradient, so they stand still.

        Returns:
            The mean cross-entropy of the batch, without the penalty, as a scalar.
        """

    @abstractmethod
    def set_tau(self, tau: float) -> None:
        """Use `tau` from the next forward pass on."""

    @abstractmethod
    def gate_probs(self) -> list[Tensor]:
        """One (out, in) tensor a layer, in [0, 1]; all ones where there are no gates."""

    @abstractmethod
    def hard_masks(self) -> list[Tensor]:
        """One boolean (out, in) tensor a layer: the connections that an inference uses."""

    @abstractmethod
    def weights(self) -> list[Tensor]:
        """One (out, in) tensor a layer: the weights before masking."""

    @abstractmethod
    def biases(self) -> list[Tensor]:
        """One (out,) tensor a layer."""
