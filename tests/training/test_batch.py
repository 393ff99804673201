"""Networks that are trained together against the same networks trained alone."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from dgviz.data.split import Splits
from dgviz.settings import Settings
from dgviz.training.alike import in_common
from dgviz.training.batch import train_batch
from dgviz.training.checkpoint import CheckpointError, pack_checkpoint, unpack_checkpoint
from dgviz.training.loop import train
from dgviz.training.snapshot import Snapshot

BASE = Settings(hidden=5, epochs=3, batch_size=7, learning_rate=0.02, device="cpu")
"""Nine steps an epoch on the tiny set, the last of them with four images."""


def three(**changes: Any) -> list[Settings]:
    """Settings of three networks that can be trained together."""
    base = BASE.with_changes(**changes)
    return [
        base.with_changes(beta=0.0, tau=0.5),
        base.with_changes(beta=2.0, tau=0.6),
        base.with_changes(beta=0.3, tau=0.5, initial_logit=0.1),
    ]


def alone(settings: Settings, data: Splits) -> list[Snapshot]:
    """The snapshots of a network after each epoch; only the last one's tensors are of use."""
    return [s for s in train(settings, data) if s.step % s.steps_per_epoch == 0]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"label_smoothing": 0.1, "weight_decay": 0.01, "seed": 3},
        {
            "beta_schedule": "ramp",
            "tau_schedule": "warmup",
            "learning_rate_schedule": "cosine",
            "freeze_at": 0.5,
        },
    ],
)
def test_each_network_is_trained_as_if_it_were_alone(
    changes: dict[str, Any], device: str, tiny: Splits
) -> None:
    trials = three(**changes, device=device)
    figures: list[list[dict[str, Any]]] = [[] for _ in trials]
    last: list[Snapshot | None] = []
    for last in train_batch(trials, tiny):
        for k, snapshot in enumerate(last):
            assert snapshot is not None and snapshot.metrics
            figures[k].append(snapshot.figures)
    for k, settings in enumerate(trials):
        expected = alone(settings, tiny)
        assert len(figures[k]) == len(expected) == settings.epochs + 1
        for mine, theirs in zip(figures[k], expected, strict=True):
            assert mine == pytest.approx(theirs.figures, rel=1e-4)
        snapshot = last[k]
        assert snapshot is not None and snapshot.finished
        assert snapshot.tau == expected[-1].tau and snapshot.step == expected[-1].step
        one, other = (s.method.model.state_dict() for s in (snapshot, expected[-1]))
        for name in other:
            torch.testing.assert_close(one[name], other[name], rtol=1e-3, atol=1e-5)


def test_a_network_whose_loss_is_not_finite_ends_and_the_others_go_on(
    device: str, tiny: Splits
) -> None:
    trials = three(device=device)
    snapshots = train_batch(trials, tiny)
    for snapshot in next(snapshots):
        if snapshot and snapshot.method.settings.beta == 2.0:
            snapshot.method.model.layers[0].weight.data.fill_(float("inf"))
    *_, last = snapshots
    assert last[1] is None
    for k in (0, 2):
        expected, snapshot = alone(trials[k], tiny)[-1], last[k]
        assert snapshot and snapshot.figures == pytest.approx(expected.figures, rel=1e-4)


@pytest.mark.parametrize("changes", [{}, {"freeze_at": 0.5, "beta_schedule": "ramp"}])
def test_it_goes_on_from_checkpoints_with_the_same_numbers(
    changes: dict[str, Any], device: str, tiny: Splits
) -> None:
    trials = three(epochs=4, **changes, device=device)
    whole = train_batch(trials, tiny)
    blobs: list[bytes] = []
    last: list[Snapshot | None] = []
    for last in whole:
        if last[0] and last[0].step == 18:
            blobs = [pack_checkpoint(one.checkpoint()) for one in last if one]
    checkpoints = [unpack_checkpoint(blob) for blob in blobs]
    first, *others = train_batch(trials, tiny, checkpoints)
    assert all(one and one.step == 18 and one.metrics is None for one in first)
    for one, other in zip(others[-1], last, strict=True):
        assert one and other
        if device == "cpu":
            assert one.figures == other.figures
            assert pack_checkpoint(one.checkpoint()) == pack_checkpoint(other.checkpoint())
        else:
            # A step is a graph there, but not the first ones after a resume.
            assert one.figures == pytest.approx(other.figures, rel=1e-4)
    # One of them goes on alone, and another one on another device.
    elsewhere = trials[2].with_changes(device="cpu")
    for k, settings in ((1, trials[1]), (2, elsewhere)):
        *_, end = train(settings, tiny, checkpoint=checkpoints[k])
        expected = last[k]
        assert expected and end.figures == pytest.approx(expected.figures, rel=1e-4)


def test_checkpoints_that_do_not_fit_are_refused(tiny: Splits) -> None:
    trials = three()
    ends = [alone(trial, tiny)[-1].checkpoint() for trial in trials]
    within = [next(s for s in train(one, tiny) if s.step == 5).checkpoint() for one in trials]
    with pytest.raises(CheckpointError, match="not of the end of one epoch"):
        train_batch(trials, tiny, within)
    with pytest.raises(CheckpointError, match="not of the end of one epoch"):
        train_batch(trials, tiny, [*ends[:2], within[2]])
    with pytest.raises(CheckpointError, match="was changed"):
        train_batch(trials, tiny, [ends[1], *ends[1:]])


def test_what_networks_that_are_trained_together_have_in_common() -> None:
    first, *others = three()
    assert in_common(first) is not None
    assert {in_common(one) for one in others} == {in_common(first)}
    for changes in ({"seed": 1}, {"hidden": 6}, {"learning_rate": 0.1}, {"validation": 100}):
        assert in_common(first.with_changes(**changes)) != in_common(first)
    for alone in (
        {"method": "dense"},
        {"distillation": 0.5},
        {"dynamicgate.gates": "pixel"},
        {"dynamicgate.keep": 10},
    ):
        assert in_common(first.with_changes(**alone)) is None


def test_networks_that_cannot_be_trained_together_are_refused(tiny: Splits) -> None:
    for other in (BASE.with_changes(seed=1), BASE.with_changes(hidden=6)):
        with pytest.raises(ValueError, match="cannot be trained together"):
            train_batch([BASE, other], tiny)
    with pytest.raises(ValueError, match="cannot be trained together"):
        train_batch([BASE.with_changes(method="dense")] * 2, tiny)
