"""The runs of the studies, the choice of tuned settings, and the document."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from dgviz.comparison.document import figure, paper_section, results, rivals_section
from dgviz.comparison.measured_rows import read, write
from dgviz.comparison.plan import PlannedRun
from dgviz.comparison.result import Result
from dgviz.comparison.standing import DIVERGED_PHASE, Standing
from dgviz.comparison.studies import (
    FULL,
    QUICK,
    RATIOS,
    TRIES,
    Size,
    best_try,
    paper_runs,
    rival_runs,
    tuning_runs,
    wanted_weights,
)
from dgviz.comparison.tuned import takes_a_ratio
from dgviz.methods.catalogue import METHODS
from dgviz.settings import Settings

SPARSE = [name for name, spec in METHODS.items() if takes_a_ratio(spec)]


def finished(run: PlannedRun, *, validation: float, test: float, ratio: float) -> Standing:
    figures = {
        "validation_accuracy": validation,
        "test_accuracy": test,
        "active_ratio": ratio,
        "active_weights": 203_264 * ratio,
        "total_weights": 203_264,
        "macs": 203_264 * ratio,
        "parameters": 203_530 * ratio,
    }
    result = Result(figures, seconds=10.0, steps_per_epoch=430, machine="a CPU", commit="abc")
    return Standing(run, "0" * 12, "finished", epoch=1.0, stored=result)


def diverged(run: PlannedRun) -> Standing:
    return Standing(run, "0" * 12, DIVERGED_PHASE)


def test_the_papers_table_has_its_methods_with_the_paper_preset() -> None:
    runs = paper_runs(FULL)
    assert Counter(run.method for run in runs) == {"dynamicgate": 3, "dense": 3, "dropout": 3}
    for run in runs:
        expected = Settings.from_preset("paper", method=run.method, seed=run.seed)
        assert run.settings == expected


def test_every_method_has_the_same_number_of_tuning_runs() -> None:
    for size in (FULL, QUICK):
        runs = tuning_runs(size)
        assert Counter(run.method for run in runs) == dict.fromkeys(SPARSE, TRIES * len(RATIOS))
        assert {(run.seed, run.settings.epochs) for run in runs} == {(0, size.tuning_epochs)}
    assert len({run.settings for run in tuning_runs(FULL)}) == len(tuning_runs(FULL))


def test_the_best_try_is_that_with_the_highest_validation_accuracy() -> None:
    run = tuning_runs(QUICK)[0]
    assert run.ratio == 0.3

    def tried(*reached: tuple[float, float] | None) -> int:
        return best_try(
            [
                diverged(run)
                if one is None
                else finished(run, validation=one[0], test=0, ratio=one[1])
                for one in reached
            ]
        )

    assert tried((0.97, 0.3), (0.98, 0.3), (0.96, 0.3)) == 1
    assert tried((0.97, 0.3), (0.97, 0.3), (0.97, 0.3)) == 0
    # The most accurate has far too many connections.
    assert tried((0.97, 0.3), (0.99, 0.9), (0.96, 0.3)) == 0
    assert tried((0.97, 0.5), (0.99, 0.9), (0.96, 0.4)) == 2
    # One with fewer connections than wanted wins if it is more accurate all the same.
    assert tried((0.97, 0.2), (0.96, 0.28), (0.98, 0.1)) == 2
    # But not one that has closed nearly all.
    assert tried((0.97, 0.5), (0.96, 0.4), (0.98, 0.01)) == 1
    assert tried((0.1, 0.0), (0.97, 0.4), (0.1, 0.0)) == 1
    assert tried(None, (0.5, 0.9), None) == 1
    assert tried(None, None, None) == 0


def test_a_run_without_figures_is_no_try() -> None:
    run = tuning_runs(QUICK)[0]
    damaged = Standing(run, phase="finished", stored=Result({"validation_accuracy": 0.99}, 1.0, 1))
    assert damaged.result is None
    assert best_try([damaged, finished(run, validation=0.97, test=0, ratio=0.3), damaged]) == 1


def test_the_final_runs_have_the_chosen_changes_and_seed_0_comes_first() -> None:
    tuning = tuning_runs(FULL)
    # The second try is the best one of each method and ratio.
    tuned = [
        finished(run, validation=0.98 if i % TRIES == 1 else 0.97, test=0, ratio=run.ratio or 1)
        for i, run in enumerate(tuning)
    ]
    runs = rival_runs(FULL, tuned)
    assert [run.seed for run in runs] == sorted(run.seed for run in runs)
    assert Counter(run.method for run in runs) == {
        **dict.fromkeys(SPARSE, 3 * len(RATIOS)),
        "dense": 3,
        "dropout": 3,
    }
    for run in runs:
        assert run.settings.epochs == 50 and run.settings.label_smoothing == 0.1
        if run.ratio is not None:
            for name, value in METHODS[run.method].tuning[0].items():
                assert run.settings[name] == value


def test_beta_is_corrected_where_a_penalty_missed_the_number_of_weights() -> None:
    one_seed = replace(FULL, seeds=1)
    planned = rival_runs(one_seed, TUNED)
    # Twice the wanted weights, or 1.05 times as many.
    far = [finished(run, validation=0.97, test=0, ratio=2 * (run.ratio or 0.5)) for run in planned]
    near = [
        finished(one.planned, validation=0.97, test=0, ratio=1.05 * (one.planned.ratio or 1))
        for one in far
    ]
    assert rival_runs(one_seed, TUNED, near) == planned
    penalties = {name for name in SPARSE if not METHODS[name].target}
    for first in (far, [*far[:-1], diverged(planned[-1])]):
        for run, again, one in zip(planned, rival_runs(one_seed, TUNED, first), first, strict=True):
            if run.method in penalties and run.ratio and one.result:
                assert again.settings == run.settings.with_changes(beta=again.settings.beta)
                assert again.settings.beta > run.settings.beta
            else:
                assert again == run
    # The corrected value counts from then on, and for all seeds.
    corrected = rival_runs(one_seed, TUNED, far)
    reached = [finished(run, validation=0.97, test=0, ratio=run.ratio or 1) for run in corrected]
    every_seed = rival_runs(replace(FULL, seeds=2), TUNED, reached)
    assert every_seed[: len(corrected)] == corrected
    assert [one.settings.beta for one in every_seed[len(corrected) :]] == [
        one.settings.beta for one in corrected
    ]


def test_a_smaller_network_is_judged_by_its_number_of_weights() -> None:
    run = next(run for run in tuning_runs(FULL) if run.method == "small" and run.ratio == 0.3)
    # It has all its connections, and far fewer than the dense network.
    tries = [finished(run, validation=v, test=0, ratio=1.0) for v in (0.96, 0.97)]
    for one in tries:
        assert one.result and isinstance(one.result.figures, dict)
        one.result.figures["active_weights"] = 60_000
    assert best_try(tries) == 1
    assert wanted_weights(run) == 0.3 * 203_264


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    first, second, third = paper_runs(QUICK)
    rows = [finished(first, validation=0.97, test=0.98, ratio=0.4), diverged(second)]
    write(tmp_path / "new" / "rows.jsonl", [*rows, Standing(third)])
    again = read(tmp_path / "new" / "rows.jsonl")
    assert [(one.planned, one.phase, one.id, one.result) for one in again] == [
        (one.planned, one.phase, one.id, one.result) for one in rows
    ]
    assert read(tmp_path / "missing.jsonl") == []
    # A row has all settings, because a preset may change later.
    settings = json.loads((tmp_path / "new" / "rows.jsonl").read_text().splitlines()[0])["settings"]
    assert settings == first.settings.as_dict()


def test_the_document_names_its_network_and_that_of_the_papers_figures() -> None:
    def section(size: Size) -> str:
        measured = [
            finished(run, validation=0.97, test=0.98, ratio=0.4) for run in paper_runs(size)
        ]
        return paper_section(measured, quick=True)

    narrow, usual = section(replace(QUICK, hidden=32)), section(QUICK)
    assert narrow.startswith("## The paper's table, network 784-32-10\n")
    assert "The paper's figures are for 784-256-10, and the measured ones for 784-32-10" in narrow
    assert usual.startswith("## The paper's table, network 784-256-10\n")
    assert "paper's figures are for" not in usual
    # Both are a number and a share of the dense network.
    assert "| 81,306, 40.0% of dense | 61,000 to 102,000, 30% to 50% of dense |" in usual


def test_the_document_says_which_rivals_win_and_what_was_not_equal() -> None:
    size = QUICK
    tuned = [finished(run, validation=0.97, test=0, ratio=0.01) for run in tuning_runs(size)]
    measured = [
        finished(
            run,
            validation=0.97,
            test=0.99 if run.method == "magnitude" and run.ratio == 0.1 else 0.98,
            ratio=run.ratio or 1.0,
        )
        for run in rival_runs(size, tuned)
    ]
    text = rivals_section(tuned, measured, "results/rivals.svg", quick=True)
    assert "](results/rivals.svg)\n" in text
    assert "| 1 | DynamicGate-MLP | 784-256-10 | 80,000 | 98.00 | Choi 2025 |" in text
    assert "A quick study" in text and text.startswith("## Rivals, network 784-256-10\n")
    assert (
        "- r 0.3: none is more accurate than DynamicGate-MLP, which has 60,979 weights; the "
        "nearest is small dense network, 0.00 points below, with 60,979 weights." in text
    )
    assert (
        "- r 0.1: compared with DynamicGate-MLP, which has 20,326 weights: gradual magnitude "
        "pruning by 1.00 points with 20,326 weights." in text
    )
    assert "Which rivals are more accurate on the test images:" in text and "±" not in text
    assert "- Only dropout gets dropout of inputs and hidden units." in text
    assert f"was tuned at each ratio with {TRIES} runs of 1 epoch with seed 0" in text
    assert f"None of the {len(tuned)} tuning runs diverged." in text


def test_the_document_names_the_error_of_a_difference() -> None:
    [gated] = [run for run in rival_runs(QUICK, TUNED) if run.ratio == 0.3 and _is_ours(run)]
    rival = next(run for run in rival_runs(QUICK, TUNED) if run[:2] == ("magnitude", 0.3))
    accuracies = {gated: (0.98, 0.982), rival: (0.98002, 0.98202)}
    measured = [
        finished(_with_seed(run, seed), validation=0.97, test=test, ratio=0.3)
        for run, values in accuracies.items()
        for seed, test in enumerate(values)
    ]
    text = rivals_section(TUNED, measured, "rivals.svg", quick=True)
    assert "test images, by the difference of the means ± its standard error:" in text
    assert "gradual magnitude pruning by 0.002 ± 0.14 points with" in text


def test_the_figure_has_every_method_with_a_finished_run(tmp_path: Path) -> None:
    assert figure(tmp_path) is None
    measured = [
        finished(run, validation=0.97, test=0.98, ratio=run.ratio or 1.0)
        if run.method != "rigl"
        else diverged(run)
        for run in rival_runs(QUICK, TUNED)
    ]
    write(tmp_path / "rivals.jsonl", measured)
    drawing = figure(tmp_path)
    assert drawing is not None
    titles = {text.text for text in ElementTree.fromstring(drawing).iter() if text.text}
    assert {METHODS[run.method].title for run in rival_runs(QUICK, TUNED)} - titles == {"RigL"}
    assert "](" + tmp_path.name + "/rivals.svg)" in results(tmp_path)
    write(tmp_path / "rivals.jsonl", [diverged(one.planned) for one in measured])
    assert figure(tmp_path) is None and "rivals.svg" not in results(tmp_path)


TUNED = [finished(run, validation=0.97, test=0, ratio=0.01) for run in tuning_runs(QUICK)]


def _is_ours(run: PlannedRun) -> bool:
    return run.method == Settings.method


def _with_seed(run: PlannedRun, seed: int) -> PlannedRun:
    return run._replace(seed=seed, settings=run.settings.with_changes(seed=seed))
