"""Findings of the faithfulness test: the file, and the sentences about them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from synthetic_run import SETTINGS, write_run

from dgviz.runs.baselines import finished_baseline
from dgviz.runs.contents import RunsError, Unreadable
from dgviz.runs.faithfulness.findings import Curves, Findings, obstacle
from dgviz.runs.faithfulness.findings_file import read, save
from dgviz.runs.faithfulness.text import caveats, circumstances, noise, rows, stale, verdict
from dgviz.runs.layout import FINDINGS
from dgviz.runs.locks import lock_on
from dgviz.runs.record import Record
from dgviz.runs.store import Store

VALIDATED = SETTINGS.with_changes(validation=100)


def curves(ranking: str, deletion: float, insertion: float, spread: float = 0.0) -> Curves:
    return Curves(
        ranking,
        deletion=(0.9, deletion, 0.1),
        insertion=(0.1, insertion, 0.9),
        deletion_spread=(0.0, spread, 0.0),
        insertion_spread=(0.0, spread, 0.0),
        deletion_area=deletion,
        insertion_area=insertion,
        deletion_area_spread=spread,
        insertion_area_spread=spread,
    )


def findings(*curves: Curves, **changes: Any) -> Findings:
    facts: dict[str, Any] = {
        "run": "0123456789ab",
        "step": 20,
        "epoch": 2.0,
        "seed": 0,
        "counts_differ": True,
        "images": 4900,
        "pixels": 784,
        "always_zero": 67,
        "draws": 10,
        "baseline": "bbbbbbbbbbbb",
        "baseline_problem": "",
        "removed": (0, 392, 784),
        "seconds": 4.7,
        "hardware": {"cpu": "a CPU", "cores": 2, "device": "cpu", "threads": 1},
        "versions": {"python": "3.11.7", "torch": "2.13.0", "dgviz": "0.1.0"},
    }
    return Findings(curves=curves, **(facts | changes))


GOOD = findings(
    curves("retention", 0.2, 0.85),
    curves("path", 0.23, 0.86),
    curves("gradient", 0.2, 0.855),
    curves("ink", 0.3, 0.83),
    curves("random", 0.7, 0.75, 0.02),
)


def test_saved_findings_are_read_again(tmp_path: Path) -> None:
    folder = write_run(tmp_path, settings=VALIDATED)
    assert read(Record(folder)) is None
    save(GOOD, folder)
    assert read(Record(folder)) == GOOD
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_file_of_format_1_is_read(tmp_path: Path) -> None:
    content = GOOD.as_dict() | {
        "format": 1,
        "gated": True,
        "twin": "b" * 12,
        "twin_problem": "",
    }
    del content["counts_differ"], content["baseline"], content["baseline_problem"]
    for curve in content["curves"]:
        curve["order"] = curve.pop("ranking")
    folder = write_run(tmp_path, settings=VALIDATED)
    (folder / "faithfulness.json").write_text(json.dumps(content))
    assert read(Record(folder)) == GOOD


def changed(**changes: Any) -> str:
    return json.dumps(GOOD.as_dict() | changes)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        changed()[:500],
        changed(format=3),
        changed(images="many"),
        changed(seed=-1),
        changed(step=2.5),
        changed(counts_differ="yes"),
        changed(removed=[0, 392]),
        changed(removed=[0, 800, 784]),
        changed(removed=[]),
        changed(removed=None),
        changed(curves=[]),
        changed(curves=[3]),
        changed(format=1, curves=[3]),
        changed(format=1, curves=None),
        changed(hardware=None),
        changed(hardware={}),
        changed(versions=[]),
        changed(images=0),
        changed(seconds="long"),
        changed(curves=[GOOD.as_dict()["curves"][0]] * 2),
        changed(curves=[GOOD.as_dict()["curves"][0] | {"ranking": "<script>"}]),
        changed(curves=[GOOD.as_dict()["curves"][0] | {"deletion": [1, 1]}]),
        changed(curves=[GOOD.as_dict()["curves"][0] | {"deletion": [1, True, 1]}]),
        changed(curves=[GOOD.as_dict()["curves"][0] | {"deletion_area": 1.5}]),
        changed().replace("0.85", "NaN"),
        changed().replace("0.85", "1e999"),
        changed(epoch=1e300),
        changed(seconds=-1),
        changed(step=2**53),
        changed(always_zero=10**400),
        changed(run="x" * 61),
        changed(baseline_problem="\ud83d"),
        changed(hardware=GOOD.hardware | {"cpu": "\ud83d"}),
        changed(hardware=GOOD.hardware | {"cores": 1e300}),
        changed(versions={f"v{i}": "1" for i in range(21)}),
        changed(versions={"torch": ["2"]}),
        changed(removed=list(range(2000)), pixels=1999),
    ],
)
def test_a_damaged_file_is_reported(tmp_path: Path, content: str) -> None:
    folder = write_run(tmp_path, settings=VALIDATED)
    (folder / FINDINGS).write_text(content)
    with pytest.raises(Unreadable, match=r"faithfulness\.json cannot be used: .*\."):
        read(Record(folder))


def test_unknown_fields_are_left_out(tmp_path: Path) -> None:
    folder = write_run(tmp_path, settings=VALIDATED)
    (folder / FINDINGS).write_text(changed(later=[[]], surplus=1))
    assert read(Record(folder)) == GOOD


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RunsError, match="could not be saved"):
        save(GOOD, tmp_path / "gone")


def test_the_csv_has_a_row_for_every_point() -> None:
    head, *lines = GOOD.csv().decode().splitlines()
    assert head == "ranking,pixels,deletion,insertion,deletion_spread,insertion_spread"
    assert len(lines) == 15
    assert lines[1] == "retention,392,0.2,0.85,0,0"
    assert lines[13] == "random,392,0.7,0.75,0.02,0.02"


def test_the_reason_why_a_run_cannot_be_tested(tmp_path: Path) -> None:
    without = write_run(tmp_path, "a" * 12)
    assert "validation 0" in obstacle(Record(without))
    folder = write_run(tmp_path, "b" * 12, VALIDATED)
    assert obstacle(Record(folder)) == ""
    (folder / "checkpoint.safetensors").unlink()
    assert "no checkpoint" in obstacle(Record(folder))
    (folder / "settings.json").write_text("{")
    assert "cannot be tested. settings.json" in obstacle(Record(folder))
    alive = write_run(tmp_path, "c" * 12, VALIDATED, card={"phase": "running"})
    with lock_on(alive / "lock").acquire(timeout=1):
        assert "is training" in obstacle(Record(alive))
    # Killed, with a checkpoint left behind.
    assert obstacle(Record(alive)) == ""


def test_the_baseline_is_the_newest_finished_one(tmp_path: Path) -> None:
    store, dense = Store(tmp_path), VALIDATED.baseline()

    def add(letter: str, settings: Any, **card: Any) -> None:
        card |= {"created": f"2026-03-0{'abcdef'.index(letter) + 1}T05:06:07.000+00:00"}
        write_run(tmp_path, letter * 12, settings, card=card)

    add("a", VALIDATED)
    assert finished_baseline(store, VALIDATED) is None
    add("b", dense)
    add("c", dense)
    add("d", dense, phase="stopped")
    add("e", replace(dense, seed=1))
    found = finished_baseline(store, VALIDATED)
    assert found and found.id == "c" * 12
    add("f", replace(dense, preset="sparse", device="auto", threads=2, freeze_at=0.5))
    found = finished_baseline(store, VALIDATED)
    assert found and found.id == "f" * 12


def test_the_table_has_the_rankings_and_their_areas() -> None:
    table = rows(GOOD)
    assert [row[0] for row in table] == [
        "active connections",
        "path weight",
        "dense gradient",
        "ink",
        "random",
    ]
    assert table[0][2:] == ("0.200", "0.850")
    assert table[4][1:] == (
        "mean of 10 draws, ± one standard deviation",
        "0.700 ± 0.020",
        "0.750 ± 0.020",
    )


def test_the_verdict_follows_from_the_areas() -> None:
    random, ink, gradient, share = verdict(GOOD)
    assert random == (
        "Ranking pixels by active connections is better than ranking them at random (deletion "
        "area 0.200 against 0.700, insertion area 0.850 against 0.750)."
    )
    assert ink.startswith(
        "Ranking pixels by active connections is better than ranking them by ink ("
    )
    assert gradient.startswith(
        "Ranking pixels by active connections is neither better nor worse than ranking them by the "
        "dense baseline's gradient ("
    )
    assert share.startswith("In deletion, ink alone has 80% of the advantage of active connections")


@pytest.mark.parametrize(
    "deletion, insertion, spread, expected",
    [
        (0.2, 0.8, 0.0, "is neither better nor worse than ranking them at random ("),
        (0.235, 0.765, 0.02, "is neither better nor worse than ranking them at random ("),
        (0.245, 0.8, 0.02, "is better than ranking them at random, in the deletion test only ("),
        (0.2, 0.75, 0.0, "is better than ranking them at random, in the insertion test only ("),
        (0.1, 0.9, 0.0, "is worse than ranking them at random ("),
        (
            0.1,
            0.8,
            0.0,
            "is worse than ranking them at random, in the deletion test only (",
        ),
        (
            0.3,
            0.9,
            0.0,
            "The two tests disagree on ranking pixels by active connections or at random (",
        ),
    ],
)
def test_the_verdict_says_equal_or_worse_where_it_is(
    deletion: float, insertion: float, spread: float, expected: str
) -> None:
    ours = curves("retention", 0.2, 0.8)
    sentences = verdict(findings(ours, curves("random", deletion, insertion, spread)))
    assert len(sentences) == 1 and expected in sentences[0]


def test_the_share_of_ink_needs_an_advantage_over_random() -> None:
    random = curves("random", 0.7, 0.8)
    behind_ink = findings(curves("retention", 0.3, 0.8), curves("ink", 0.2, 0.8), random)
    no_lead = findings(curves("retention", 0.7, 0.8), curves("ink", 0.3, 0.8), random)
    for sentences in (verdict(behind_ink), verdict(no_lead)):
        assert len(sentences) == 2 and not any("ink alone" in sentence for sentence in sentences)


def test_fewer_images_make_more_noise() -> None:
    assert noise(findings(images=4900)) == pytest.approx(0.01)
    few = replace(GOOD, images=49)
    assert noise(few) == pytest.approx(0.1)
    assert "nor worse" in verdict(few)[1]


def test_a_missing_gradient_says_how_to_obtain_it() -> None:
    without = findings(
        curves("retention", 0.2, 0.8),
        baseline="",
        baseline_problem="No dense baseline is recorded.",
    )
    assert verdict(without)[-1].startswith("No dense baseline is recorded. Without one")
    assert "train the dense baseline" in verdict(without)[-1]
    assert not any("gradient" in sentence for sentence in caveats(without))


def test_the_verdict_on_a_dense_run_is_about_path_weight() -> None:
    dense = findings(
        curves("path", 0.2, 0.8), curves("random", 0.7, 0.7), counts_differ=False, baseline=""
    )
    first, second = verdict(dense)
    assert "have the same number of active connections" in first and "dense" not in first
    assert not any("gates" in sentence or "Active" in sentence for sentence in caveats(dense))
    assert second.startswith("Ranking pixels by path weight is better than ranking them at random")


def test_findings_are_outdated_by_training_and_by_a_baseline(tmp_path: Path) -> None:
    record = Record(write_run(tmp_path, "a" * 12, VALIDATED))
    baseline = Record(write_run(tmp_path, "b" * 12, VALIDATED.baseline()))
    assert stale(GOOD, record, baseline) == ""
    assert "step 19" in stale(replace(GOOD, step=19), record, baseline)
    assert "dense baseline has been trained since" in stale(
        replace(GOOD, baseline=""), record, baseline
    )
    assert stale(replace(GOOD, baseline=""), record, None) == ""
    # Without a card the step of the run is not known.
    (record.folder / "card.json").unlink()
    assert stale(GOOD, Record(record.folder), None) == ""


def test_the_text_has_the_conditions_of_the_test() -> None:
    text = circumstances(GOOD)
    for part in ("4,900 validation images", "step 20", "seed 0", "4.7 s", "a CPU", "torch 2.13.0"):
        assert part in text
    assert "67 of the 784 pixels" in caveats(GOOD)[0]
    # Magnitude pruning has neither gates nor a penalty.
    assert not any(word in " ".join(caveats(GOOD)) for word in ("gate", "penalty"))
