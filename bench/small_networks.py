"""A small convolutional network and a small vision transformer for images of 28 × 28 pixels."""

from __future__ import annotations

import torch
from torch import Tensor, nn

import dgviz


def convolutional() -> nn.Sequential:
    """Three convolutions and a linear layer: (n, 1, 28, 28) to (n, 10)."""
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.BatchNorm2d(16), nn.ReLU()),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)),
    )


class VisionTransformer(nn.Module):
    """16 patches of 7 × 7 pixels and two transformer layers: (n, 1, 28, 28) to (n, 10)."""

    def __init__(self, width: int = 64, heads: int = 4, hidden: int = 256) -> None:
        super().__init__()
        self.patches = nn.Conv2d(1, width, 7, stride=7)
        self.positions = nn.Parameter(torch.randn(1, 16, width) * 0.02)
        self.layers = nn.Sequential(
            *(
                nn.TransformerEncoderLayer(
                    width,
                    heads,
                    hidden,
                    dropout=0.0,
                    activation="gelu",
                    batch_first=True,
                    norm_first=True,
                )
                for _ in range(2)
            )
        )
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = self.patches(images).flatten(2).transpose(1, 2) + self.positions
        return self.head(self.norm(self.layers(x).mean(1)))


def gate_inputs(network: nn.Sequential) -> None:
    """A gate for each channel and unit that a layer reads, but none for the only input channel."""
    dgviz.gate(network, gates="input", skip=["0"])


def gate_attention_and_hidden_units(network: VisionTransformer) -> None:
    """A gate for each weight of the attention, and for each hidden unit of the MLPs."""
    for layer in network.layers:
        dgviz.gate(layer.self_attn, gates="weight")
        dgviz.gate(layer.linear2, gates="input")
