"""The runs of the study of compact networks, and its section of the document."""

from __future__ import annotations

from dgviz.comparison.compact_section import compact_section
from dgviz.comparison.compact_study import (
    GOALS,
    SHARES,
    best_shape_runs,
    control_runs,
    gated_runs,
    shape_of,
    shape_tries,
)
from dgviz.comparison.plan import PlannedRun
from dgviz.comparison.result import Result
from dgviz.comparison.standing import DIVERGED_PHASE, Standing
from dgviz.comparison.studies import QUICK, Size
from dgviz.presets import PRESETS
from dgviz.settings import Settings

SIZE = Size(epochs=50, seeds=2)


def finished(run: PlannedRun, pixels: int, units: int, accuracy: float) -> Standing:
    weights = units * (pixels + 10)
    figures = {
        "validation_accuracy": accuracy - 0.002,
        "test_accuracy": accuracy,
        "active_ratio": weights / 203_264,
        "active_weights": weights,
        "total_weights": 203_264,
        "macs": weights,
        "parameters": weights + units + 10,
    }
    result = Result(figures, seconds=10.0, steps_per_epoch=430, machine="a CPU", commit="abc")
    return Standing(run, "0" * 12, "finished", epoch=50.0, stored=result)


def test_each_goal_has_its_preset_which_ends_at_its_size() -> None:
    for preset in GOALS:
        keep = PRESETS[preset].values["dynamicgate.keep"]
        assert preset == f"compact-{keep // 1000}k"
        assert Settings.from_preset(preset)["dynamicgate.gates"] == "pixel-unit"


def test_the_runs_with_gates_are_those_of_the_presets() -> None:
    runs = gated_runs(SIZE)
    assert [run.seed for run in runs] == [0, 0, 0, 1, 1, 1]
    assert [run.settings.preset for run in runs] == [*GOALS] * 2
    assert runs[1].settings == Settings.from_preset("compact-20k")


def test_the_controls_have_the_size_and_the_shape_and_all_other_settings() -> None:
    gated = [finished(run, 200 + 10 * run.seed, 95, 0.98) for run in gated_runs(SIZE)]
    controls = control_runs(gated)
    assert len(controls) == 2 * len(gated)
    small, checkerboard = (
        run for run in controls if run.settings.preset == "compact-20k" and run.seed == 1
    )
    # 25 · (784 + 10) = 19,850.
    assert small.settings.hidden_units == 25
    assert checkerboard.settings.hidden_units == 95
    assert round(784 * checkerboard.settings["checkerboard.ratio"]) == 210
    for control in (small, checkerboard):
        ours = gated[4].planned.settings.with_changes(method=control.method).as_dict()
        differing = {
            name for name, value in control.settings.as_dict().items() if ours[name] != value
        }
        assert differing <= {"hidden", "small.ratio", "checkerboard.ratio", "beta_schedule"}


def test_other_shapes_have_the_size_and_the_best_one_gets_all_seeds() -> None:
    planned = shape_tries(SIZE)
    assert len(planned) == len(GOALS) * len(SHARES)
    for run in planned:
        pixels = round(784 * run.settings["checkerboard.ratio"])
        keep = Settings.from_preset(run.settings.preset)["dynamicgate.keep"]
        assert abs(run.settings.hidden_units * (pixels + 10) / keep - 1) < 0.02
    tries = [
        finished(run, 196, 50, 0.98 if run.ratio == 0.375 else 0.97)
        for run in planned
        if run.settings.preset != "compact-10k"
    ]
    tries += [Standing(run, phase=DIVERGED_PHASE) for run in planned[-len(SHARES) :]]
    best = best_shape_runs(SIZE, tries)
    assert [(run.settings.preset, run.ratio, run.seed) for run in best] == [
        (preset, 0.375, seed) for preset in ("compact-60k", "compact-20k") for seed in (0, 1)
    ]
    # The try is the run with seed 0, so that it is not trained again.
    assert best[0] in planned


def test_a_run_without_a_network_has_no_controls() -> None:
    first, second, third = gated_runs(QUICK)
    gated = [finished(first, 0, 0, 0.1), Standing(second, phase=DIVERGED_PHASE)]
    assert control_runs(gated) == []
    result = finished(third, 123, 45, 0.98).result
    assert result and shape_of(third.settings, result) == (123, 45)


def test_the_section_says_which_goals_were_reached_and_by_how_much_others_missed() -> None:
    accuracies = {"compact-60k": 0.987, "compact-20k": 0.982, "compact-10k": 0.98}
    gated = [
        finished(run, 200, 90, accuracies[run.settings.preset] + 0.0002 * run.seed)
        for run in gated_runs(SIZE)
    ]
    controls = [
        finished(run, 784 if run.method == "small" else 200, run.settings.hidden_units, 0.981)
        for run in control_runs(gated)
    ]
    tries = [finished(run, 294, 33, 0.975) for run in shape_tries(SIZE)[-1:]]
    text = compact_section([*gated, *controls, *tries], quick=False)
    assert "| `compact-20k` | DynamicGate-MLP | 200-90-10 | 18,900 | 98.21 ± 0.01 | 98.3 |" in text
    assert "| `compact-20k` | small dense network | 784-25-10 | 19,850 | 98.10 ± 0.00 |  |" in text
    assert (
        "the goal of 98.6% is reached. The controls: small dense network, 0.61 ± 0.01 points below"
        in text
    )
    assert "the goal of 98.3% is missed by 0.09 points." in text
    assert "dense on a checkerboard, the same shape, 0.09 ± 0.01 points above" in text
    # A try with one seed is in the table, and is not compared with means of more.
    assert "| dense on a checkerboard, another shape | 294-33-10 | 10,032 | 97.50 |" in text
    assert text.count("another shape") == 1
    assert "    python -m dgviz train --preset=compact-20k --hidden=25 --small.ratio=1.0" in text
    assert "A quick study" in compact_section(gated[:1], quick=True)
