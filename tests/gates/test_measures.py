"""The measures against numbers worked by hand and against plain loops."""

import dataclasses
import json
from itertools import pairwise
from typing import NamedTuple

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from dgviz.gates.measures import Measures, always_zero_pixels, measure


class Layer(NamedTuple):
    name: str
    mask: Tensor
    source: str


def chained(masks: list[Tensor]) -> list[Layer]:
    """Layers in a chain, input side first."""
    return [Layer(f"{i}", mask, f"{i - 1}" if i else "") for i, mask in enumerate(masks)]


def masks_of(*layers: list[str]) -> list[Tensor]:
    """A mask from a string for each unit, with an x for each active connection."""
    return [torch.tensor([[c == "x" for c in row] for row in rows]) for rows in layers]


# Four pixels, three hidden units, two classes. Pixel 1 is unused. Unit 0 has active inputs and
# outputs, unit 1 has no active input, unit 2 has no active output.
SMALL = masks_of(["x..x", "....", "..x."], ["xx.", "x.."])


def test_a_net_worked_by_hand() -> None:
    assert measure(chained(SMALL)) == Measures(
        active_weights=6,
        total_weights=18,
        active_ratio=6 / 18,
        macs=6,
        dense_macs=18,
        # Six weights, the biases of hidden units 0 and 1, and of both classes.
        parameters=10,
        dense_parameters=18 + 3 + 2,
        dead_hidden_units=2,
        pixels_in_use=3,
    )


def test_the_papers_dense_network() -> None:
    full = measure(chained([torch.ones(256, 784).bool(), torch.ones(10, 256).bool()]))
    assert (full.active_weights, full.macs) == (203_264, 203_264)
    assert full.parameters == full.dense_parameters == 203_530
    assert full.active_ratio == 1.0
    assert (full.dead_hidden_units, full.pixels_in_use) == (0, 784)


def test_a_net_without_active_connections_has_the_biases_of_its_classes() -> None:
    empty = measure(chained([torch.zeros(256, 784).bool(), torch.zeros(10, 256).bool()]))
    assert (empty.active_weights, empty.macs, empty.active_ratio) == (0, 0, 0.0)
    assert empty.parameters == 10
    assert (empty.dead_hidden_units, empty.pixels_in_use) == (256, 0)


def test_dead_units_are_counted_locally() -> None:
    # The only input of hidden unit 1 is unit 0, which has no active input: only unit 0 is dead.
    chain = masks_of(["."], ["x"], ["x"])
    assert measure(chained(chain)).dead_hidden_units == 1


@st.composite
def random_masks(draw: st.DrawFn) -> list[Tensor]:
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    layers = []
    for before, after in pairwise(sizes):
        bits = draw(st.lists(st.booleans(), min_size=before * after, max_size=before * after))
        layers.append(torch.tensor(bits).view(after, before))
    return layers


@given(random_masks())
def test_against_plain_loops(masks: list[Tensor]) -> None:
    active = total = biases = read_biases = dead = used = 0
    for k, mask in enumerate(masks):
        units, inputs = mask.shape
        for u in range(units):
            for i in range(inputs):
                active += bool(mask[u, i])
            biases += 1
            is_output = k == len(masks) - 1
            has_input = any(mask[u, i] for i in range(inputs))
            has_output = is_output or any(masks[k + 1][v, u] for v in range(len(masks[k + 1])))
            read_biases += has_output
            dead += not is_output and not (has_input and has_output)
        total += units * inputs
    for pixel in range(masks[0].shape[1]):
        used += any(row[pixel] for row in masks[0])
    assert dataclasses.astuple(measure(chained(masks))) == (
        active,
        total,
        active / total,
        active,
        total,
        active + read_biases,
        total + biases,
        dead,
        used,
    )


def test_layers_need_not_form_a_chain() -> None:
    """Two experts of two units have the same three pixels as inputs; one layer has both experts."""
    first, second, third, fourth = masks_of(["x..", "..."], ["..x", "xx."], ["xx"], [".x"])
    experts = [
        Layer("a.hidden", first, ""),
        Layer("b.hidden", second, ""),
        Layer("a.out", third, "a.hidden"),
        Layer("b.out", fourth, "b.hidden"),
    ]
    found = measure(experts)
    assert (found.active_weights, found.total_weights) == (7, 16)
    assert found.pixels_in_use == 3
    # Unit 1 of expert a has no input, unit 0 of expert b no output.
    assert found.dead_hidden_units == 2
    # Seven weights; both units of a and one of b are read; two outputs.
    assert found.parameters == 7 + 3 + 2
    assert found.dense_parameters == 16 + 4 + 2
    assert measure(experts[::-1]).parameters == found.parameters


@pytest.mark.parametrize(
    "layers",
    [
        [Layer("a", SMALL[0], ""), Layer("a", SMALL[1], "a")],
        [Layer("a", SMALL[0], ""), Layer("b", SMALL[1], "c")],
        [Layer("a", SMALL[0], ""), Layer("b", SMALL[1], "")],
    ],
    ids=["the same name twice", "a source that is not there", "images of two widths"],
)
def test_layers_that_do_not_fit_together_are_refused(layers: list[Layer]) -> None:
    with pytest.raises(ValueError, match="ayer"):
        measure(layers)


def test_masks_that_are_views_are_read_correctly() -> None:
    transposed = [mask.T.contiguous().T for mask in SMALL]
    assert measure(chained(transposed)) == measure(chained(SMALL))


def test_every_field_is_a_python_number_and_goes_into_json() -> None:
    fields = dataclasses.asdict(measure(chained(SMALL)))
    assert json.loads(json.dumps(fields))["active_weights"] == 6
    assert {type(value) for value in fields.values()} == {int, float}
    with pytest.raises(dataclasses.FrozenInstanceError):
        measure(chained(SMALL)).macs = 0  # type: ignore[misc]


@pytest.mark.parametrize(
    "masks",
    [[], [torch.ones(3, 4)], [torch.ones(3).bool()], [m.T for m in SMALL]],
    ids=["none", "floats", "a vector", "transposed"],
)
def test_anything_but_bool_masks_that_fit_their_sources_is_refused(masks: list[Tensor]) -> None:
    with pytest.raises(ValueError, match=r"ayer|Mask"):
        measure(chained(masks))


def test_always_zero_pixels() -> None:
    images = torch.tensor([[0, 0, 1, 255], [0, 0, 0, 0], [0, 1, 0, 0]], dtype=torch.uint8)
    assert always_zero_pixels(images).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    "images", [torch.zeros(3, 4), torch.zeros(0, 4).byte(), torch.zeros(3, 2, 2).byte()]
)
def test_always_zero_pixels_refuses_tensors_that_are_not_images(images: Tensor) -> None:
    with pytest.raises(ValueError, match="images must be uint8"):
        always_zero_pixels(images)
