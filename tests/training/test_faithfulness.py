"""Deletion and insertion, compared with a literal test and with cases computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from dgviz.data.split import Splits
from dgviz.methods.method import Method, build
from dgviz.runs.faithfulness.deletion import (
    Network,
    accuracies,
    amounts,
    area,
    by_gradient,
    by_ink,
    by_path_weight,
    by_retention,
    network_of,
    random_rankings,
)
from dgviz.settings import Settings
from dgviz.training.evaluate import score
from dgviz.training.loop import train

NOTHING = torch.zeros(6, dtype=torch.bool)


def a_network(
    hidden: list[list[float]], output: list[list[float]], bias: list[float] | None = None
) -> Network:
    """A network without output biases; a weight of 0 is a closed connection."""
    weights, outputs = torch.tensor(hidden).float(), torch.tensor(output).float()
    hidden_bias = torch.zeros(len(weights)) if bias is None else torch.tensor(bias).float()
    return Network([weights, outputs], [hidden_bias, torch.zeros(len(outputs))], weights != 0)


def three_layers() -> Network:
    """A random network with two hidden layers for the tiny data set."""
    generator = torch.Generator().manual_seed(2)
    shapes = [(8, 6), (5, 8), (3, 5)]
    weights = [torch.randn(*shape, generator=generator) for shape in shapes]
    biases = [torch.randn(rows, generator=generator) for rows, _ in shapes]
    return Network(weights, biases, torch.ones(8, 6, dtype=torch.bool))


def logits_of(net: Network, images: Tensor) -> Tensor:
    """The logits of images or of one image, computed layer by layer."""
    for number, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
        images = images.relu() if number else images
        images = images @ weight.T + bias
    return images


def bytes_of(*images: list[int]) -> Tensor:
    return torch.tensor(images, dtype=torch.uint8)


@pytest.fixture(scope="module")
def method(tiny: Splits) -> Method:
    """A gated network trained on the tiny data set, with closed gates in both layers."""
    settings = Settings(
        hidden=8, epochs=12, batch_size=10, beta=1.0, device="cpu", learning_rate=0.03
    )
    *_, last = train(settings, tiny)
    masks = last.gates.masks
    assert all(0 < int(mask.sum()) < mask.numel() for mask in masks)
    return last.method


@pytest.fixture(scope="module")
def net(method: Method) -> Network:
    return network_of(method)


def answers(net: Network, image: Tensor) -> int:
    return int(logits_of(net, image).argmax())


def literally(
    net: Network, images: Tensor, labels: Tensor, ranking: Tensor, removed: list[int], insert: bool
) -> list[float]:
    """The accuracies, computed image by image and pixel by pixel."""
    shares = []
    for amount in removed:
        right = 0
        for image, label in zip(images, labels, strict=True):
            chosen = image.float() / 255
            first = set(ranking[:amount].tolist())
            for pixel in range(len(chosen)):
                if (pixel in first) != insert:
                    chosen[pixel] = 0
            right += answers(net, chosen) == label
        shares.append(right / len(labels))
    return shares


def test_the_network_gives_the_logits_of_the_method(
    method: Method, net: Network, tiny: Splits
) -> None:
    images = tiny.test_images.float() / 255
    first = net.weights[0]
    torch.testing.assert_close(net.logits(images @ first.T), method.model(images))
    assert not first[~net.active].any() and first[net.active].all()
    assert score(method, images, tiny.test_labels)[0] > 0.5


@pytest.mark.parametrize("hidden_layers", [1, 2])
def test_every_point_agrees_with_a_literal_test(
    net: Network, tiny: Splits, hidden_layers: int
) -> None:
    net = net if hidden_layers == 1 else three_layers()
    images, labels = tiny.validation_images, tiny.validation_labels
    rankings = {"retention": [by_retention(net, NOTHING)], "random": random_rankings(6, 3, seed=1)}
    removed = amounts(6)
    assert removed == list(range(7))
    found = accuracies(net, images, labels, rankings, removed)
    for name, permutations in rankings.items():
        for number, ranking in enumerate(permutations):
            for insert, curve in ((False, found[name].deletion), (True, found[name].insertion)):
                expected = literally(net, images, labels, ranking, removed, insert)
                np.testing.assert_allclose(curve[number], expected)


def test_two_pixels_by_hand() -> None:
    # Pixel 0 supports class 0 through unit 0; pixel 1, with less weight, class 1 through unit 1.
    net = a_network([[2, 0], [0, 1]], [[1, 0], [0, 1]])
    images, labels = bytes_of([255, 255], [0, 255]), torch.tensor([0, 1])
    found = accuracies(net, images, labels, {"a": [torch.tensor([0, 1])]}, [0, 1, 2])["a"]
    # Without pixel 0 the prediction for the first image is class 1; for an empty image, class 0.
    np.testing.assert_array_equal(found.deletion, [[1, 0.5, 0.5]])
    np.testing.assert_array_equal(found.insertion, [[0.5, 0.5, 1]])
    np.testing.assert_allclose(area([0, 1, 2], found.deletion), [0.625])
    np.testing.assert_allclose(area([0, 1, 2], found.insertion), [0.625])


def test_the_area_is_measured_over_the_share_of_pixels() -> None:
    assert area([0, 5, 20], np.array([1.0, 0.0, 0.0])) == pytest.approx(0.125)
    np.testing.assert_allclose(area([0, 784], np.array([[1.0, 1.0], [0.0, 1.0]])), [1, 0.5])


def test_retention_sorts_by_connections_then_weights_then_position() -> None:
    # Active connections: 1, 2, 2, 1, 1, 0. Pixel 2 has larger weights than pixel 1, one negative.
    net = a_network([[9, 1, -3, 1, 1, 0], [0, 1, 1, 0, 0, 0]], [[1, 1], [1, 1]])
    assert by_retention(net, NOTHING).tolist() == [2, 1, 0, 3, 4, 5]


def test_path_weight_follows_both_layers() -> None:
    # Unit 1 has no active output, so the weights into it do not count.
    net = a_network([[1, -2, 0], [9, 9, 9]], [[3, 0], [-1, 0]])
    always_zero = torch.zeros(3, dtype=torch.bool)
    assert by_path_weight(net, always_zero).tolist() == [1, 0, 2]
    assert by_retention(net, always_zero).tolist() == [1, 0, 2]


def test_always_blank_pixels_come_last_in_every_ranking_but_the_random_one() -> None:
    net = a_network([[9, 1, 5, 2, 3, 4]] * 2, [[1, 1]] * 2)
    images, labels = bytes_of([9, 9, 9, 9, 9, 9]), torch.tensor([0])
    blank = torch.tensor([True, False, True, False, False, False])
    for ranking in (
        by_retention(net, blank),
        by_path_weight(net, blank),
        by_gradient(net, images, labels, blank),
        by_ink(images, blank),
    ):
        assert set(ranking[-2:].tolist()) == {0, 2}
    assert by_retention(net, blank).tolist() == [5, 4, 3, 1, 0, 2]


def test_the_paths_through_two_hidden_layers_are_multiplied() -> None:
    net = three_layers()
    first, second, last = (weight.abs() for weight in net.weights)
    reach = torch.einsum("hi,gh,cg->i", first, second, last)
    expected = reach.argsort(descending=True)
    torch.testing.assert_close(by_path_weight(net, NOTHING), expected)


@pytest.mark.parametrize("hidden_layers", [1, 2])
def test_the_gradient_agrees_with_autograd(net: Network, tiny: Splits, hidden_layers: int) -> None:
    net = net if hidden_layers == 1 else three_layers()
    images, labels = tiny.validation_images, tiny.validation_labels
    inputs = (images.float() / 255).requires_grad_()
    logits_of(net, inputs).gather(1, labels[:, None]).sum().backward()
    assert inputs.grad is not None
    importance = (inputs.grad * inputs).abs().mean(0).detach()
    expected = importance.argsort(descending=True, stable=True)
    torch.testing.assert_close(by_gradient(net, images, labels, NOTHING), expected)


def test_ink_is_the_mean_image() -> None:
    images = bytes_of([0, 200, 10], [5, 200, 255])
    assert by_ink(images, torch.zeros(3, dtype=torch.bool)).tolist() == [1, 2, 0]


def test_the_colours_of_a_pixel_are_summed_and_removed_together() -> None:
    # Two pixels of three colours, flattened colour by colour: inputs 0, 2, 4 are pixel 0.
    net = a_network([[1, 1, 1, 1, 0, 1]], [[1], [-1]], bias=[-2.5])
    blank = torch.tensor([True, False, False, False, False, False])
    ranking = by_retention(net, blank, channels=3)
    assert ranking.tolist() == [1, 0]
    images, labels = bytes_of([255] * 6), torch.tensor([0])
    found = accuracies(net, images, labels, {"a": [ranking]}, [0, 1, 2], channels=3)["a"]
    # Both pixels, 5 - 2.5 > 0: class 0. One alone gives 2 or 3; a tie is class 0 as well.
    np.testing.assert_array_equal(found.deletion, [[1, 1, 1]])
    net = a_network([[1, 1, 1, 1, 0, 1]], [[-1], [1]], bias=[-2.5])
    found = accuracies(net, images, torch.tensor([1]), {"a": [ranking]}, [0, 1, 2], channels=3)["a"]
    np.testing.assert_array_equal(found.deletion, [[1, 0, 0]])
    np.testing.assert_array_equal(found.insertion, [[0, 1, 1]])


def test_random_rankings_are_the_same_for_a_seed() -> None:
    first, again, other = (
        random_rankings(50, 6, 3),
        random_rankings(50, 6, 3),
        random_rankings(50, 6, 4),
    )
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert len({tuple(ranking.tolist()) for ranking in [*first, *other]}) == 12


@pytest.mark.parametrize("pixels, points", [(1, 2), (2, 3), (6, 7), (784, 31), (1024, 31)])
def test_amounts_go_from_none_to_all(pixels: int, points: int) -> None:
    found = amounts(pixels)
    assert (found[0], found[-1], len(found)) == (0, pixels, points)
    assert found == sorted(set(found))


@given(st.integers(0, 2**20), st.sampled_from([1, 3]))
def test_rankings_are_permutations_and_both_tests_meet_at_their_ends(
    seed: int, channels: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    pixels, inputs = 5, 5 * channels
    weights = torch.randn(4, inputs, generator=generator)
    active = torch.rand(4, inputs, generator=generator) < 0.5
    net = Network(
        [weights * active, torch.randn(3, 4, generator=generator)],
        [torch.randn(4, generator=generator), torch.randn(3, generator=generator)],
        active,
    )
    images = torch.randint(0, 256, (20, inputs), generator=generator).to(torch.uint8)
    labels = torch.randint(0, 3, (20,), generator=generator)
    blank = torch.rand(inputs, generator=generator) < 0.3
    rankings = {
        "retention": [by_retention(net, blank, channels)],
        "path": [by_path_weight(net, blank, channels)],
        "gradient": [by_gradient(net, images, labels, blank, channels)],
        "ink": [by_ink(images, blank, channels)],
        "random": random_rankings(pixels, 5, seed),
    }
    for ranking in (ranking for some in rankings.values() for ranking in some):
        assert sorted(ranking.tolist()) == list(range(pixels))
    progress: list[float] = []
    found = accuracies(
        net, images, labels, rankings, amounts(pixels), channels=channels, report=progress.append
    )
    whole = {float(share) for of in found.values() for share in of.deletion[:, 0]}
    empty = {float(share) for of in found.values() for share in of.insertion[:, 0]}
    assert len(whole) == len(empty) == 1
    for of in found.values():
        np.testing.assert_array_equal(of.deletion[:, 0], of.insertion[:, -1])
        np.testing.assert_array_equal(of.deletion[:, -1], of.insertion[:, 0])
    assert progress == sorted(progress) and progress[-1] == 1 and len(progress) == 9


def test_all_images_are_counted_when_processed_in_chunks(net: Network, tiny: Splits) -> None:
    images = tiny.validation_images.repeat(150, 1)
    labels = tiny.validation_labels.repeat(150)
    rankings = {"path": [by_path_weight(net, NOTHING)]}
    once = accuracies(net, tiny.validation_images, tiny.validation_labels, rankings, amounts(6))
    often = accuracies(net, images, labels, rankings, amounts(6))
    np.testing.assert_allclose(often["path"].deletion, once["path"].deletion)


def test_all_connections_of_a_dense_network_are_active(tiny: Splits) -> None:
    net = network_of(build(Settings(method="dense", hidden=4), (6, 4, 3)))
    assert net.active.all()
