"""The mean image of each class, which the pixels in use are compared with."""

import torch
from torch import Tensor
from torch.nn import functional

_CHUNK = 5000


def class_means(images: Tensor, labels: Tensor, classes: int) -> Tensor:
    """The mean image of each class, rounded: uint8 (classes, pixels) in 0..255.

    Args:
        images: uint8 (n, pixels).
        labels: int64 (n,), each in 0..classes-1; the mean of a class without images is 0.
    """
    sums = torch.zeros(classes, images.shape[1])
    for start in range(0, len(labels), _CHUNK):
        # A product with the one-hot labels: three times as fast as selecting each class's images.
        one_hot = functional.one_hot(labels[start : start + _CHUNK], classes).float()
        sums += one_hot.t() @ images[start : start + _CHUNK].float()
    counts = torch.bincount(labels, minlength=classes).clamp(min=1)
    return (sums / counts.unsqueeze(1)).round().to(torch.uint8)
