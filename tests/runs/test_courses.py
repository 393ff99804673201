"""Courses of knobs: their texts, comparison and reading from the log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from synthetic_run import SETTINGS, write_run

from dgviz.formatting import plain
from dgviz.methods.catalogue import METHODS
from dgviz.runs.courses import (
    Course,
    courses,
    differences_text,
    differing_knobs,
    moves_text,
    planned_text,
    short_moves_text,
)
from dgviz.runs.record import Record, title_of
from dgviz.settings import KNOBS, Settings


def move(epoch: float, value: float, knob: str = "beta") -> dict[str, Any]:
    return {"kind": "knob", "step": int(100 * epoch), "epoch": epoch, "knob": knob, "to": value}


def beta(*moves: tuple[float, float], start: float = 1.0) -> Course:
    return courses(Settings(beta=start), [move(*one) for one in moves])["beta"]


def test_the_text_of_a_course_has_its_epochs() -> None:
    assert beta().text == beta().short_text == "1"
    turned = beta((3.2, 10), (5, -1))
    assert turned.text == "1 → 10 (epoch 3.2) → −1 (epoch 5)"
    assert turned.short_text == "1 → 10 → −1"
    assert turned.values == (1, 10, -1)


def test_many_moves_are_summed_up_by_ends_range_and_count() -> None:
    drag = [(1.204 + i / 10, 0.5 + 0.01 * (i % 12 + 1)) for i in range(24)]
    dragged = courses(SETTINGS, [move(at, value, "tau") for at, value in drag])["tau"]
    assert dragged.text == ("0.5 → 0.62, moved 24 times between 0.5 and 0.62 (epochs 1.2 to 3.5)")
    assert dragged.short_text == "0.5 → … → 0.62"


def test_moves_without_room_are_counted() -> None:
    moves = [move(1, 10), move(2, 0.6, "tau"), move(3, -1), move(4, 0.01, "learning_rate")]
    run = courses(Settings(beta=1), moves)
    assert short_moves_text(run, 99) == "β 1 → 10 → −1; τ 0.5 → 0.6; η 0.001 → 0.01"
    assert short_moves_text(run, 38) == "β 1 → 10 → −1; τ 0.5 → 0.6, and 1 more"
    assert short_moves_text(run, 37) == "β 1 → 10 → −1, and 2 more"
    assert short_moves_text(run, 5) == "β 1 → 10 → −1, and 2 more"
    assert short_moves_text(courses(Settings()), 99) == ""


def test_a_value_that_was_never_in_effect_is_no_move() -> None:
    assert beta((1, 3), (1, 5)).moves == ((1, 5),)
    assert beta((1, 1)).moves == ()
    assert beta((1, 5), (2, 5)).moves == ((1, 5),)


def test_a_method_has_only_the_knobs_that_it_reads() -> None:
    dense = courses(SETTINGS.baseline(), [move(1, 5)])
    assert not {"beta", "tau", "initial_logit", "beta_schedule", "tau_schedule"} & dense.keys()
    assert {"learning_rate", "freeze_at"} <= dense.keys()
    assert courses(None, [move(1, 5)]) == {}
    assert title_of(SETTINGS.baseline(), dense).startswith("dense, paper, H 8,")


def test_a_title_has_the_moves() -> None:
    settings = Settings(seed=3)
    known = courses(settings, [move(1, 10), move(2, 0.54, "tau"), move(3, 0.5, "tau")])
    assert title_of(settings, known) == "paper, β 0.03 → 10, τ 0.5 → 0.54 → 0.5, seed 3"
    assert title_of(settings) == "paper, seed 3"


def test_a_title_says_in_words_of_what_there_is_a_gate() -> None:
    settings = Settings.from_dict({"dynamicgate.gates": "pixel-unit"})
    assert title_of(settings) == "paper, a gate for each pixel and each hidden unit, seed 0"


def test_differences_have_a_text() -> None:
    still, turned = courses(Settings()), courses(Settings(epochs=3), [move(1, 10)])
    assert [knob.name for knob in differing_knobs([still, turned])] == ["beta", "epochs"]
    assert differences_text(turned, still) == (
        "β 0.03 instead of 0.03 → 10 (epoch 1), epochs 50 instead of 3"
    )
    assert differences_text(still, still) == ""
    assert differences_text(still, courses(Settings(method="dense"))) == (
        "Method dense instead of DynamicGate-MLP"
    )
    assert moves_text(turned) == "β 0.03 → 10 (epoch 1)"
    assert moves_text(still) == ""


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(-1, 30)), max_size=40))
def test_the_text_of_a_course_has_its_start_and_end(moves: list[tuple[float, float]]) -> None:
    moves.sort(key=lambda one: one[0])
    course = beta(*moves)
    last = plain(course.values[-1], digits=10)
    for text in (course.text, course.short_text):
        assert text.startswith("1") and last in text
    assert all(a != b for a, b in zip(course.values, course.values[1:], strict=False))


def test_a_record_reads_its_changes_without_the_rest_of_the_log(tmp_path: Path) -> None:
    record = Record(write_run(tmp_path))
    assert record.changes() == [entry for entry in record.log() if entry["kind"] == "knob"]
    assert record.courses["beta"].text == "0.1 → 1 (epoch 1)"
    assert record.title == (
        "0123 · paper, β 0.1 → 1, H 8, B 6,000, epochs 2, validation images 0, seed 0"
    )
    assert Record(write_run(tmp_path, "1" * 12, log=[])).changes() == []
    log = record.folder / "metrics.jsonl"
    good = json.dumps(move(1, 2) | {"from": 1})
    log.write_text(f'{good}\n{{"kind": "knob", "knob": "colour"}}\n"knob"\n{good}')
    assert [entry["to"] for entry in Record(record.folder).changes()] == [2]
    log.unlink()
    assert Record(record.folder).changes() == []


def test_an_entry_that_cancels_a_move_is_no_change(tmp_path: Path) -> None:
    called_off = move(1, 0.1) | {"from": 0.1}
    record = Record(write_run(tmp_path, log=[called_off, move(2, 1) | {"from": 0.1}]))
    assert [entry["to"] for entry in record.changes()] == [1]
    assert record.courses["beta"].text == "0.1 → 1 (epoch 2)"


def test_moves_that_will_be_repeated_are_planned(tmp_path: Path) -> None:
    planned = [[5, "tau", 0.6], [12, "tau", 0.6], [15, "beta", 1.0]]
    card = {"phase": "interrupted", "step": 10, "planned": planned}
    made = move(1.2, 0.6, knob="tau") | {"step": 12, "from": 0.5}
    record = Record(write_run(tmp_path, card=card, log=[made]))
    # The move at step 5 is before the checkpoint; the one at step 12 was made after it.
    assert record.planned == [(12, "tau", 0.6), (15, "beta", 1.0)]
    words = planned_text(record.planned, record.steps_per_epoch)
    assert words == "to be made again: τ → 0.6 (epoch 1.2); β → 1 (epoch 1.5)"
    assert planned_text([(15, "beta", 1.0)], 0) == "to be made again: β → 1 (step 15)"
    assert planned_text([], 10) == ""


def test_every_knob_of_the_table_has_a_text() -> None:
    words: dict[str, str] = {}
    for method in METHODS:
        words |= {name: c.text for name, c in courses(Settings(method=method)).items()}
    assert words.keys() == KNOBS.keys()
    assert words["learning_rate"] == "0.001" and words["batch_size"] == "128"
