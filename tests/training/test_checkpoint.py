"""A run resumed from a checkpoint gives the numbers of a run that never stopped."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dgviz.data.split import Splits
from dgviz.methods.method import Method
from dgviz.settings import Settings
from dgviz.training.blob import pack, unpack
from dgviz.training.checkpoint import (
    Checkpoint,
    CheckpointError,
    pack_checkpoint,
    unpack_checkpoint,
)
from dgviz.training.knobs import Knobs
from dgviz.training.loop import train
from dgviz.training.snapshot import Snapshot, log_entries

SHORT = Settings(hidden=4, batch_size=7, epochs=3, validation=0, device="cpu", learning_rate=0.05)
"""9 steps in an epoch on the tiny data, the last with a smaller batch."""

VARIANTS = {
    "paper": SHORT,
    "gates start at the threshold": SHORT.with_changes(initial_logit=0.0, beta=1.0),
    "every schedule": SHORT.with_changes(
        beta_schedule="ramp", tau_schedule="warmup", learning_rate_schedule="cosine", freeze_at=0.5
    ),
    "label smoothing": SHORT.with_changes(label_smoothing=0.2),
    "dense": SHORT.with_changes(method="dense"),
    "one batch an epoch": SHORT.with_changes(batch_size=60),
}
MOVES = [(3, "beta", 2.0), (5, "tau", 0.6), (14, "tau", 0.45), (20, "learning_rate", 0.01)]


def play(knobs: Knobs, after: int = 0) -> Knobs:
    for step, name, value in MOVES:
        if step >= after:
            knobs.plan(step, name, value)
    return knobs


def state(checkpoint: Checkpoint) -> dict[str, Any]:
    """All fields of a checkpoint, as values that can be compared bit for bit."""
    return {
        field.name: _bits(getattr(checkpoint, field.name))
        for field in dataclasses.fields(checkpoint)
    }


def _bits(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.shape, value.contiguous().view(-1).numpy().tobytes()
    if isinstance(value, dict):
        return {key: _bits(item) for key, item in value.items()}
    return value


def collect(snapshots: Any) -> tuple[list[dict[str, Any]], Snapshot]:
    log, last = [], None
    for last in snapshots:
        log += log_entries(last)
    assert last is not None
    return log, last


@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_run_resumed_at_any_step_ends_bit_for_bit_as_one_without_a_stop(
    settings: Settings, tiny: Splits
) -> None:
    whole_log, whole = collect(train(settings, tiny, knobs=play(Knobs(settings))))
    expected = state(whole.checkpoint())
    total = settings.epochs * whole.steps_per_epoch
    for stop in range(total + 1):
        snapshots = train(settings, tiny, knobs=play(Knobs(settings)))
        log: list[dict[str, Any]] = []
        for snapshot in snapshots:
            log += log_entries(snapshot)
            if snapshot.step == stop:
                break
        blob = pack_checkpoint(snapshot.checkpoint())
        snapshots.close()
        checkpoint = unpack_checkpoint(blob)
        resumed = train(settings, tiny, knobs=play(Knobs(settings), stop), checkpoint=checkpoint)
        assert state(next(resumed).checkpoint()) == state(checkpoint), "killed again at once"
        rest, last = collect(resumed) if stop < total else ([], snapshot)
        assert log + rest == whole_log, stop
        assert state(last.checkpoint()) == expected, stop
        assert last.tau == whole.tau


def test_the_first_snapshot_after_a_resume_equals_the_last_one_before(tiny: Splits) -> None:
    snapshots = train(SHORT, tiny)
    before = next(snapshot for snapshot in snapshots if snapshot.step == 11)
    masks = [mask.clone() for mask in before.gates.masks]
    after = next(train(SHORT, tiny, checkpoint=before.checkpoint()))
    assert (after.step, after.epoch, after.tau) == (before.step, before.epoch, before.tau)
    assert after.evaluation == before.evaluation and after.metrics is None
    assert all(map(torch.equal, masks, after.gates.masks))


def test_a_checkpoint_is_a_copy(tiny: Splits) -> None:
    snapshots = train(SHORT, tiny)
    checkpoint = next(snapshots).checkpoint()
    before = state(checkpoint)
    next(snapshots)
    assert state(checkpoint) == before


def test_setting_a_knob_cancels_its_planned_moves() -> None:
    knobs = Knobs(SHORT)
    knobs.plan(2, "beta", 1.0)
    knobs.plan(4, "beta", 2.0)
    knobs.plan(4, "tau", 0.7)
    knobs.make_planned(1)
    assert knobs.beta == SHORT.beta
    knobs.make_planned(2)
    assert knobs.beta == 1.0
    assert knobs.called_off() == set()
    knobs.beta = 3.0
    knobs.make_planned(9)
    assert (knobs.beta, knobs.tau) == (3.0, 0.7)
    assert knobs.called_off() == {"beta"}
    knobs.beta, knobs.tau = 4.0, 0.6
    assert knobs.called_off() == set(), "nothing was planned any more"


@pytest.fixture(scope="module")
def blob() -> bytes:
    generator = torch.Generator().manual_seed(7)
    labels = torch.arange(30) % 3
    images = torch.randint(0, 255, (30, 6), generator=generator).to(torch.uint8)
    snapshots = train(SHORT, Splits(images, labels, images[:0], labels[:0], images, labels))
    return pack_checkpoint(next(s for s in snapshots if s.step == 3).checkpoint())


def test_a_checkpoint_of_the_first_version_can_be_resumed(tiny: Splits) -> None:
    snapshots = train(SHORT, tiny)
    checkpoint = next(s for s in snapshots if s.step == 11).checkpoint()
    tensors, counters = unpack(pack_checkpoint(checkpoint))
    del tensors["generator"], counters["options"]
    first = {name.replace("optimiser.", "adam.", 1): value for name, value in tensors.items()}
    read = unpack_checkpoint(pack(first, counters))
    assert state(read) == {**state(checkpoint), "generator": None, "options": None}
    *_, last = train(SHORT, tiny)
    *_, resumed = train(SHORT, tiny, checkpoint=read)
    assert state(resumed.checkpoint()) == state(last.checkpoint())


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("exp_avg", torch.tensor(0.5), "exp_avg of .* of shape"),
        ("step", torch.ones(3, 4), "step of .* of shape"),
        ("step", torch.tensor(-5.0), "step in the checkpoint is below 0"),
        ("exp_avg", torch.zeros(2), "exp_avg of .* of shape"),
    ],
)
def test_optimiser_state_of_another_shape_is_refused(
    key: str, value: torch.Tensor, sentence: str, tiny: Splits
) -> None:
    """PyTorch's fused step would read beyond such a tensor."""
    checkpoint = next(s for s in train(SHORT, tiny) if s.step == 4).checkpoint()
    name = next(iter(checkpoint.optimiser))
    checkpoint.optimiser[name][key] = value
    with pytest.raises(CheckpointError, match=sentence):
        train(SHORT, tiny, checkpoint=unpack_checkpoint(pack_checkpoint(checkpoint)))


OPTIMISERS = {
    "groups": lambda model: torch.optim.Adam(
        [
            {"params": [p for p in model.parameters() if p.ndim == 1], "betas": (0.5, 0.9)},
            {"params": [p for p in model.parameters() if p.ndim > 1]},
        ]
    ),
    "AdamW": lambda model: torch.optim.AdamW(model.parameters(), weight_decay=0.1),
    "Nesterov": lambda model: torch.optim.SGD(
        model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-3
    ),
    "no state": lambda model: torch.optim.SGD(model.parameters(), lr=0.1),
}


@pytest.mark.parametrize("make", OPTIMISERS.values(), ids=OPTIMISERS)
def test_any_optimiser_is_resumed_bit_for_bit(
    make: Any, tiny: Splits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Method, "make_optimiser", lambda method: make(method.model))
    *_, last = train(SHORT, tiny)
    blob = pack_checkpoint(next(s for s in train(SHORT, tiny) if s.step == 11).checkpoint())
    *_, resumed = train(SHORT, tiny, checkpoint=unpack_checkpoint(blob))
    assert state(resumed.checkpoint()) == state(last.checkpoint())


def test_changed_options_of_the_optimiser_are_resumed(
    tiny: Splits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after_step(method: Method, optimiser: torch.optim.Optimizer, clock: Any) -> tuple[()]:
        for group in optimiser.param_groups:
            group["betas"] = (0.9 * group["betas"][0], 0.99)
        return ()

    monkeypatch.setattr(Method, "after_step", after_step)
    *_, last = train(SHORT, tiny)
    blob = pack_checkpoint(next(s for s in train(SHORT, tiny) if s.step == 11).checkpoint())
    *_, resumed = train(SHORT, tiny, checkpoint=unpack_checkpoint(blob))
    assert state(resumed.checkpoint()) == state(last.checkpoint())


def test_a_checkpoint_with_one_group_of_an_earlier_version_is_resumed(tiny: Splits) -> None:
    settings = SHORT.with_changes(method="l0", **{"l0.rate": 1.0})
    *_, last = train(settings, tiny)
    checkpoint = next(s for s in train(settings, tiny) if s.step == 11).checkpoint()
    assert checkpoint.options is not None and len(checkpoint.options) == 2
    options = {k: value for k, value in checkpoint.options[0].items() if k != "factor"}
    blob = pack_checkpoint(replace(checkpoint, options=[options]))
    *_, resumed = train(settings, tiny, checkpoint=unpack_checkpoint(blob))
    assert state(resumed.checkpoint()) == state(last.checkpoint())


def test_another_number_of_groups_is_refused(tiny: Splits) -> None:
    checkpoint = replace(next(train(SHORT, tiny)).checkpoint(), options=[])
    with pytest.raises(CheckpointError, match="another optimiser"):
        train(SHORT, tiny, checkpoint=unpack_checkpoint(pack_checkpoint(checkpoint)))


@pytest.mark.parametrize(
    "changes",
    [{"eps": None}, {"unknown": 1.0}, {"amsgrad": None}],
    ids=["missing", "unknown", "a flag is not saved"],
)
def test_options_of_another_version_of_pytorch_are_ignored(
    changes: dict[str, Any], tiny: Splits
) -> None:
    checkpoint = next(s for s in train(SHORT, tiny) if s.step == 11).checkpoint()
    assert checkpoint.options is not None
    changed = {**checkpoint.options[0], **changes}
    options = {key: value for key, value in changed.items() if value is not None}
    blob = pack_checkpoint(replace(checkpoint, options=[options]))
    *_, last = train(SHORT, tiny)
    *_, resumed = train(SHORT, tiny, checkpoint=unpack_checkpoint(blob))
    assert state(resumed.checkpoint()) == state(last.checkpoint())


@pytest.mark.parametrize(
    "options",
    [3, [3], [{"amsgrad": True}], [{"eps": "1e-8"}], [{"eps": 10**400}], [{"betas": [0.9, None]}]],
)
def test_invalid_options_are_refused(options: Any, tiny: Splits) -> None:
    checkpoint = replace(next(train(SHORT, tiny)).checkpoint(), options=options)
    with pytest.raises(CheckpointError, match="damaged"):
        unpack_checkpoint(pack_checkpoint(checkpoint))


def test_an_option_that_is_not_finite_is_refused(tiny: Splits) -> None:
    blob = pack_checkpoint(next(train(SHORT, tiny)).checkpoint())
    assert b"1e-08" in blob
    with pytest.raises(CheckpointError, match="damaged"):
        unpack_checkpoint(blob.replace(b"1e-08", b"1e999", 1))


def test_a_checkpoint_without_a_knob_of_today_starts_it_at_its_setting(tiny: Splits) -> None:
    checkpoint = next(s for s in train(SHORT, tiny) if s.step == 4).checkpoint()
    blob = pack_checkpoint(replace(checkpoint, knobs={"beta": 2.0}))
    resumed = next(train(SHORT, tiny, checkpoint=unpack_checkpoint(blob)))
    assert (resumed.beta, resumed.tau) == (2.0, SHORT.tau)


@given(cut=st.integers(0, 10_000))
def test_a_truncated_checkpoint_is_refused(blob: bytes, cut: int) -> None:
    with pytest.raises(CheckpointError):
        unpack_checkpoint(blob[: cut % len(blob)])


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_bit_is_refused_or_harmless(blob: bytes, position: int, bit: int) -> None:
    damaged = bytearray(blob)
    damaged[position % len(blob)] ^= 1 << bit
    try:
        checkpoint = unpack_checkpoint(bytes(damaged))
    except CheckpointError:
        return
    assert checkpoint.is_finite


def test_numbers_that_are_not_finite_are_refused(tiny: Splits) -> None:
    checkpoint = next(train(SHORT, tiny)).checkpoint()
    next(iter(checkpoint.model.values())).view(-1)[0] = float("nan")
    with pytest.raises(CheckpointError, match="not finite"):
        unpack_checkpoint(pack_checkpoint(checkpoint))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hidden": 5}, "of shape"),
        ({"method": "dense"}, "another kind of network"),
        ({"epochs": 1}, "this run ends at 9"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(
    tiny: Splits, changes: dict[str, Any], sentence: str
) -> None:
    snapshots = train(SHORT, tiny)
    checkpoint = next(s for s in snapshots if s.step == 12).checkpoint()
    with pytest.raises(CheckpointError, match=sentence):
        train(SHORT.with_changes(**changes), tiny, checkpoint=checkpoint)
