"""A neural network that classifies images. It needs only NumPy.

    import network
    network.predict(images)    # the class of each image
    network.logits(images)     # the logits, from which the largest is the class

The weights are in network.npz, beside this file.
"""

from functools import cache
from pathlib import Path

import numpy as np


@cache
def _arrays() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).with_suffix(".npz"), allow_pickle=False) as file:
        return dict(file)


def logits(images: np.ndarray) -> np.ndarray:
    """Compute the logits, float32 (n, classes).

    Args:
        images: (n, inputs), row by row, as floats from 0 to 1 or as integers from 0 to 255.

    Raises:
        ValueError: the images have another shape, type or range.
    """
    arrays, images = _arrays(), np.asarray(images)
    inputs = int(arrays["inputs"])
    if images.ndim != 2 or images.shape[1] != inputs:
        one = " For one image, write image[None]." if images.shape == (inputs,) else ""
        raise ValueError(f"Images must have the shape (n, {inputs}), not {images.shape}.{one}")
    values = _scaled(images)[:, arrays["pixels"]]
    layers = (len(arrays) - 2) // 2
    for i in range(layers):
        if i > 0:
            values = np.maximum(values, 0)
        values = values @ arrays[f"layers.{i}.weight"].T + arrays[f"layers.{i}.bias"]
    return values


def _scaled(images: np.ndarray) -> np.ndarray:
    """The images as float32 from 0 to 1."""
    dtype = images.dtype
    if dtype.kind == "f":
        most = 1
    elif dtype.kind in "iu" and np.iinfo(dtype).max >= 255:
        most = 255
    else:
        raise ValueError(
            f"Images must be floats, or integers of a type that goes to 255, not {dtype}."
        )
    # Both comparisons are false for NaN.
    if not np.all((images >= 0) & (images <= most)):
        found = f"{images.min():g} to {images.max():g}"
        raise ValueError(f"Images of {dtype} must have values from 0 to {most}, not from {found}.")
    return images.astype(np.float32) / most


def predict(images: np.ndarray) -> np.ndarray:
    """The class of each image, int64 (n,), counted from 0; see `logits`."""
    return logits(images).argmax(axis=1)
