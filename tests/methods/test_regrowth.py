"""RigL and GraNet compared with plain loops: places, counts, schedules and moments."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from dgviz.data.split import Splits
from dgviz.methods.granet import GraNet
from dgviz.methods.masked import MaskedLinear, MaskedMLP
from dgviz.methods.regrowth import cosine, erdos_renyi, regrow
from dgviz.methods.rigl import RigL
from dgviz.settings import Settings
from dgviz.training.loop import train

SIZES = (784, 256, 10)


def settings(method: str, **own: Any) -> Settings:
    """40 steps on the tiny set, with a change at every second one."""
    values = {"every": 2, "target": 0.3, **own}
    return Settings(
        method=method,
        hidden=8,
        batch_size=3,
        epochs=2,
        device="cpu",
        validation=0,
        own=tuple((f"{method}.{name}", value) for name, value in values.items()),
    )


def counts(method: MaskedMLP) -> list[int]:
    return [linear.active for linear in method.linears]


@given(
    shapes=st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300)), min_size=1, max_size=4),
    ratio=st.floats(0, 1),
)
def test_layers_get_weights_in_proportion_to_inputs_plus_outputs(
    shapes: list[tuple[int, int]], ratio: float
) -> None:
    sizes = [out * fan_in for out, fan_in in shapes]
    active = round(ratio * sum(sizes))
    found = erdos_renyi(shapes, active)
    assert sum(found) == active
    assert all(0 <= count <= size for count, size in zip(found, sizes, strict=True))
    sparse = [i for i, size in enumerate(sizes) if found[i] < size]
    scales = [found[i] / sum(shapes[i]) for i in sparse]
    slack = [len(shapes) / sum(shapes[i]) for i in sparse]
    assert not scales or max(scales) - min(scales) <= 2 * max(slack)


def test_a_network_of_the_papers_width_begins_with_these_counts() -> None:
    rigl = RigL(Settings(method="rigl"), SIZES)
    scale = 10_163 / (784 + 256 + 256 + 10)
    assert counts(rigl) == [10_163 - int(scale * 266), int(scale * 266)] == [8094, 2069]
    dense_output = (("rigl.output", "dense"),)
    assert counts(RigL(Settings(method="rigl", own=dense_output), SIZES)) == [7603, 2560]
    few = (*dense_output, ("rigl.target", 0.01))
    assert counts(RigL(Settings(method="rigl", own=few), SIZES)) == [1017, 1016]
    assert counts(GraNet(Settings(method="granet"), SIZES)) == [101_632 - 2560, 2560]


def grown_by_hand(linear: MaskedLinear, dropped: int) -> Tensor:
    """The mask after dropping and growing this many, in plain loops."""
    weight, gradient = linear.weight.detach(), linear.weight.grad
    assert gradient is not None
    every = [(row, column) for row in range(len(weight)) for column in range(weight.shape[1])]
    active = [place for place in every if linear.mask[place]]
    active.sort(key=lambda place: abs(float(weight[place])))
    kept = active[dropped:]
    closed = [place for place in every if place not in kept]
    closed.sort(key=lambda place: -abs(float(gradient[place])))
    mask = torch.zeros_like(linear.mask)
    for place in kept + closed[:dropped]:
        mask[place] = True
    return mask


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 1.0])
def test_small_weights_are_dropped_and_those_with_large_gradients_grown(share: float) -> None:
    torch.manual_seed(0)
    linear = MaskedLinear(9, 7)
    linear.use(torch.rand(7, 9) < 0.4)
    optimiser = torch.optim.Adam(linear.parameters(), lr=0.01, fused=True)
    linear(torch.rand(5, 9)).square().sum().backward()
    optimiser.step()
    linear.use(linear.mask)
    before, values = linear.mask.clone(), linear.weight.detach().clone()
    moments = {k: v.clone() for k, v in optimiser.state[linear.weight].items()}
    active = linear.active
    expected = grown_by_hand(linear, min(round(share * active), 63 - active))
    grown = regrow(linear, share, optimiser)
    assert torch.equal(linear.mask, expected) and linear.active == active
    opened, stayed = expected & ~before, expected & before
    assert grown == int(opened.sum()) == int((before & ~expected).sum())
    assert (grown > 0) == (share > 0)
    weight = linear.weight.detach()
    assert not bool(weight[~stayed].any()) and torch.equal(weight[stayed], values[stayed])
    changed = expected ^ before
    for name in ("exp_avg", "exp_avg_sq"):
        now = optimiser.state[linear.weight][name]
        assert torch.equal(now, moments[name].where(~changed, 0))


def test_a_closed_weight_has_the_gradient_that_it_would_have_if_it_were_active() -> None:
    method = RigL(Settings(method="rigl", own=(("rigl.target", 0.2),)), (20, 12, 5))
    images, labels = torch.rand(8, 20), torch.arange(8) % 5
    torch.nn.functional.cross_entropy(method.model(images), labels).backward()
    for linear in method.linears:
        assert linear.weight.grad is not None
        assert int((linear.weight.grad[~linear.mask] != 0).sum()) > linear.mask.numel() / 4


def test_the_share_falls_along_a_cosine() -> None:
    rigl = RigL(settings("rigl", drop=0.4, end=0.8), (6, 5, 3))
    assert rigl.share(0.0) == 0.4 and rigl.share(0.4) == pytest.approx(0.2)
    assert [rigl.share(p) for p in (0.8, 0.9, 1.0)] == [0.0] * 3
    assert cosine(0.3, 1 / 3) == pytest.approx(0.225)
    granet = GraNet(settings("granet", drop=0.4), (6, 5, 3))
    assert granet.share(0.5) == pytest.approx(0.2) and granet.share(1.0) == 0


def test_the_ratio_of_granet_falls_by_the_cubic_schedule() -> None:
    granet = GraNet(settings("granet", start=0.5, target=0.1, end=0.6), (6, 5, 3))
    assert granet.ratio(0.0) == 0.5
    assert granet.ratio(0.3) == pytest.approx(0.1 + 0.4 * 0.5**3)
    assert [granet.ratio(p) for p in (0.6, 1.0)] == [0.1] * 2
    assert GraNet(settings("granet", target=0.8), (6, 5, 3)).ratio(0.0) == 0.8


def test_every_change_of_rigl_drops_and_grows_its_share(tiny: Splits) -> None:
    chosen = settings("rigl", end=0.5)
    masks: list[Tensor] = []
    seen = {}
    for snapshot in train(chosen, tiny):
        method = snapshot.method
        assert isinstance(method, RigL)
        now = [linear.mask.clone() for linear in method.linears]
        if snapshot.events:
            (event,) = snapshot.events
            opened = sum(int((a & ~b).sum()) for a, b in zip(now, masks, strict=True))
            closed = sum(int((b & ~a).sum()) for a, b in zip(now, masks, strict=True))
            most = sum(
                min(round(method.share(snapshot.step / 40) * n), mask.numel() - n)
                for n, mask in zip(method.counts(), now, strict=True)
            )
            assert 0 < opened == closed <= most
            seen[snapshot.step] = event.text
            assert event.name == "dropped and grown"
            assert event.text == (
                f"{opened} small weights dropped and {opened} others grown, 22 of 72 are active"
            )
        elif snapshot.step:
            assert all(map(torch.equal, masks, now))
        assert counts(method) == method.counts()
        masks = now
    assert seen and all(step % 2 == 0 and step < 20 for step in seen)


def test_granet_prunes_to_its_schedule_and_keeps_the_counts_while_it_regrows(tiny: Splits) -> None:
    chosen = settings("granet", target=0.2, end=0.5)
    names = []
    for snapshot in train(chosen, tiny):
        method = snapshot.method
        assert isinstance(method, GraNet)
        names += [(snapshot.step, event.name) for event in snapshot.events]
        if snapshot.step % 2 == 0:
            assert method.active == round(72 * method.ratio(snapshot.step / 40))
    assert max(step for step, name in names if name == "pruned") <= 20
    assert max(step for step, name in names if name == "dropped and grown") > 20
    assert method.active == 14
