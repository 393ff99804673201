"""The mean image of each class, compared with the mean of its selected images."""

import torch

from dgviz.data.means import class_means
from dgviz.data.split import Splits


def test_the_means_of_mnist(mnist: Splits) -> None:
    images, labels = mnist.train_images, mnist.train_labels
    expected = [images[labels == digit].double().mean(0).round() for digit in range(10)]
    found = class_means(images, labels, 10)
    assert found.dtype == torch.uint8
    # Sums in single precision may round a half to the other side.
    assert (found.double() - torch.stack(expected)).abs().max() <= 1


def test_the_mean_of_a_class_without_images_is_black() -> None:
    images = torch.tensor([[10, 20], [30, 41]], dtype=torch.uint8)
    means = class_means(images, torch.tensor([2, 2]), 3)
    assert means.tolist() == [[0, 0], [0, 0], [20, 30]]
