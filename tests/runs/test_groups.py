"""Groups of runs that differ only in the seed, and the means of their curves."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic_run import SETTINGS, write_run

from dgviz.runs.drawing import mean_curves, run_curves
from dgviz.runs.groups import groups
from dgviz.runs.layout import METRICS
from dgviz.runs.record import Record
from dgviz.runs.store import Store
from dgviz.settings import Settings


def log(step: int, beta: float) -> list[dict[str, Any]]:
    move = {"kind": "knob", "step": step, "epoch": step / 10, "knob": "beta", "from": 0.1}
    return [{**move, "to": beta}]


def ids_of(store: Store) -> list[list[str]]:
    return [[record.id[-1] for record in group.records] for group in groups(store.records())]


def add(store: Store, digit: str, settings: Settings = SETTINGS, **rest: Any) -> Record:
    card = {"created": f"2026-03-01T0{9 - int(digit)}:00:00+00:00", **rest.pop("card", {})}
    return Record(write_run(store.root, "0" * 11 + digit, settings, card=card, **rest))


def test_only_seed_preset_and_machine_may_differ(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, "0", log=[])
    add(store, "1", SETTINGS.with_changes(seed=7, threads=2), log=[])
    add(store, "2", SETTINGS.with_changes(beta=0.2), log=[])
    add(store, "3", SETTINGS.with_changes(seed=1, preset="classroom"), log=[])
    assert ids_of(store) == [["0", "1", "3"], ["2"]]


def test_what_a_method_does_not_read_makes_no_group(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for digit, beta in (("0", 0.1), ("1", 0.2)):
        add(store, digit, SETTINGS.with_changes(method="dense", beta=beta), log=[])
    assert ids_of(store) == [["0", "1"]]


def test_changes_during_training_make_a_group_of_their_own(tmp_path: Path) -> None:
    store = Store(tmp_path)
    add(store, "0", log=[])
    for digit, (step, beta) in enumerate([(5, 1.0), (5, 1.0), (6, 1.0), (5, 2.0)], start=1):
        add(store, str(digit), SETTINGS.with_changes(seed=digit), log=log(step, beta))
    assert ids_of(store) == [["0"], ["1", "2"], ["3"], ["4"]]


def test_a_run_trained_further_is_in_a_group_that_it_equals(tmp_path: Path) -> None:
    store = Store(tmp_path)
    scheduled = SETTINGS.with_changes(beta_schedule="ramp")
    for digit, settings in enumerate((SETTINGS, scheduled)):
        add(store, str(2 * digit), settings, log=[])
        add(store, str(2 * digit + 1), settings, log=[], card={"extended": [[10, 1]]})
    assert ids_of(store) == [["0", "1"], ["2"], ["3"]]


def test_a_broken_run_is_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for digit in ("0", "1"):
        (add(store, digit).folder / "settings.json").write_text("{")
    assert ids_of(store) == [["0"], ["1"]]
    assert groups(store.records())[0].counted == ()


def test_a_seed_counts_once_and_only_when_finished(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for digit, (seed, phase) in enumerate(
        [(1, "finished"), (1, "finished"), (0, "finished"), (2, "stopped"), (3, "failed")]
    ):
        figures = {"test_accuracy": 0.9 + digit / 100, "validation_accuracy": None}
        card = {"phase": phase, "figures": figures}
        add(store, str(digit), SETTINGS.with_changes(seed=seed), card=card)
    (group,) = groups(store.records())
    assert group.seeds == (0, 1)
    assert group.values("test_accuracy") == (0.92, 0.9)
    assert group.values("validation_accuracy") == ()
    assert group.phases_text == "3 finished, 1 stopped, 1 failed"
    assert group.title == "paper, β 0.1 → 1, H 8, B 6,000, epochs 2, validation images 0"


SMALL = st.builds(
    lambda **changes: SETTINGS.with_changes(**changes),
    seed=st.integers(0, 2),
    threads=st.integers(1, 2),
    beta=st.sampled_from([0.1, 1.0]),
    method=st.sampled_from(["dynamicgate", "dense"]),
)


@given(st.lists(SMALL, max_size=8))
def test_groups_are_a_partition_by_everything_but_seed_and_machine(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[Settings]
) -> None:
    store = Store(tmp_path_factory.mktemp("groups"))
    for digit, settings in enumerate(drawn):
        add(store, str(digit), settings, log=[])
    found = groups(store.records())
    assert sorted(r.id for g in found for r in g.records) == sorted(r.id for r in store.records())
    kinds = [
        {(r.settings.method, r.settings.normal().beta) for r in g.records if r.settings}
        for g in found
    ]
    assert all(len(kind) == 1 for kind in kinds) and len(set(map(frozenset, kinds))) == len(kinds)


def test_means_and_bands_are_those_of_a_plain_loop(tmp_path: Path) -> None:
    whole = write_run(tmp_path / "whole") / METRICS
    records = []
    for seed in range(3):
        entries = [json.loads(line) for line in whole.read_text().splitlines()]
        for entry in entries:
            if entry.get("test_accuracy") is not None:
                entry["test_accuracy"] /= 1 + seed
        if seed == 1:
            del entries[4]
        records.append(add(Store(tmp_path), str(seed), log=entries))
    each, mean = [run_curves(record) for record in records], mean_curves(records, "all")
    assert (mean.title, len(mean.epoch)) == ("all", len(each[0].epoch) - 1)
    for at, epoch in enumerate(mean.epoch):
        for name in ("test_accuracy", "active_ratio"):
            values = [float(getattr(one, name)[list(one.epoch).index(epoch)]) for one in each]
            expected = (
                [statistics.fmean(values), statistics.stdev(values)]
                if not any(np.isnan(values))
                else [np.nan, np.nan]
            )
            found = [getattr(mean, name)[at], mean.bands[name][at]]
            np.testing.assert_allclose(found, expected, atol=1e-12)
    assert mean.marks == each[0].marks, "the change that all of them have"
    assert not mean_curves(records[:1], "one").bands


def test_a_mean_has_every_event_that_all_runs_have_whatever_their_counts(tmp_path: Path) -> None:
    """The sentence of an event has numbers of weights, which depend on the seed."""

    def event(step: int, text: str) -> dict[str, Any]:
        return {"kind": "event", "step": step, "epoch": step / 10, "name": "grown", "text": text}

    records = [
        add(
            Store(tmp_path),
            str(seed),
            SETTINGS.with_changes(seed=seed),
            log=[event(step, f"{step * (seed + 1)} weights grown") for step in (1, 2, 3)]
            + [event(4, "nothing grown"), event(5 + seed, "grown by chance")],
        )
        for seed in range(3)
    ]
    found = mean_curves(records, "all").marks
    assert [(mark.epoch, mark.text) for mark in found] == [
        (0.1, "grown"),
        (0.2, "grown"),
        (0.3, "grown"),
        (0.4, "nothing grown"),
    ]
