"""A plan gives the runs of a comparison, and a link gives the plan."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgviz.comparison.plan import LARGEST_RATIO, SMALLEST_RATIO, Plan, PlanError
from dgviz.comparison.tuned import corrected_beta, settings_for, takes_a_ratio
from dgviz.methods.catalogue import METHODS
from dgviz.presets import PRESETS
from dgviz.settings import KNOBS, Settings


def test_seed_0_of_every_row_comes_first_and_a_dense_network_has_one_row() -> None:
    plan = Plan(methods=("dense", "magnitude", "dynamicgate"), ratios=(0.05, 0.3), seeds=2)
    rows = [
        ("dense", None),
        ("magnitude", 0.3),
        ("dynamicgate", 0.3),
        ("magnitude", 0.05),
        ("dynamicgate", 0.05),
    ]
    assert [(r.seed, (r.method, r.ratio)) for r in plan.runs()] == [
        (seed, row) for seed in (0, 1) for row in rows
    ]


def test_without_ratios_each_method_has_its_own_starting_values() -> None:
    plan = Plan("classroom", methods=tuple(METHODS), epochs=15)
    assert [run.ratio for run in plan.runs()] == [None] * len(METHODS)
    for run in plan.runs():
        assert run.settings == Settings.from_preset("classroom", method=run.method)


def test_runs_differ_in_method_ratio_and_seed_only() -> None:
    plan = Plan("sparse", tuple(METHODS), ratios=(0.1,), seeds=2, epochs=7, hidden=32)
    for run in plan.runs():
        settings = run.settings
        assert (settings.method, settings.seed) == (run.method, run.seed)
        assert (settings.epochs, settings.hidden) == (7, 32)
        assert (settings.label_smoothing, settings.learning_rate_schedule) == (0.1, "cosine")
        if run.ratio is not None and settings.spec.target:
            assert settings[settings.spec.target] == 0.1


@pytest.mark.parametrize("name", [name for name, spec in METHODS.items() if takes_a_ratio(spec)])
@given(
    preset=st.sampled_from(list(PRESETS)),
    ratio=st.floats(SMALLEST_RATIO, LARGEST_RATIO),
    epochs=st.integers(1, 1000),
)
def test_the_settings_for_every_ratio_are_accepted(
    name: str, preset: str, ratio: float, epochs: int
) -> None:
    settings = Settings.from_preset(preset, method=name, epochs=epochs)
    settings.with_changes(**settings_for(settings, ratio))


def test_beta_is_interpolated_between_measured_values() -> None:
    spec, paper = METHODS["dynamicgate"], Settings.from_preset("paper")
    for beta, ratio in spec.beta_ratios["paper"]:
        assert settings_for(paper, ratio)["beta"] == pytest.approx(beta, rel=0.01)
        # The ratio depends on β times the epochs.
        twice = settings_for(paper.with_changes(epochs=25), ratio)["beta"]
        assert twice == pytest.approx(2 * beta, rel=0.01)
        # And on β times the learning rate.
        fast = settings_for(paper.with_changes(learning_rate=2e-3), ratio)["beta"]
        assert fast == pytest.approx(beta / 2, rel=0.01)
        # Of a run that reached another ratio, β is corrected along the measured values.
        start = Settings.from_preset("paper", beta=0.2)
        assert corrected_beta(start, ratio, ratio) == 0.2
        twice_too_many = corrected_beta(start.with_changes(beta=beta), ratio / 2, ratio)
        half = settings_for(paper, ratio / 2)["beta"]
        assert twice_too_many == pytest.approx(half, rel=0.01)
    # A preset without measured values has those of the paper preset.
    l0 = Settings.from_preset("compact-60k", method="l0")
    assert settings_for(l0, 0.1) == settings_for(Settings.from_preset("paper", method="l0"), 0.1)
    (low, most), (high, least) = spec.beta_ratios["paper"][4:6]
    middle = settings_for(paper, math.sqrt(most * least))["beta"]
    assert middle == pytest.approx(math.sqrt(low * high), rel=0.01)


def test_a_ratio_replaces_the_number_of_connections_that_a_preset_keeps() -> None:
    names = [name for name, preset in PRESETS.items() if "dynamicgate.keep" in preset.values]
    assert len(names) == 3
    for name in names:
        preset = Settings.from_preset(name)
        of_preset = preset["dynamicgate.keep"] / preset.dense_weights
        # The preset's own number needs its own β; fewer connections need a higher one.
        same, fewer = settings_for(preset, of_preset), settings_for(preset, of_preset / 2)
        assert same == {"dynamicgate.keep": preset["dynamicgate.keep"], "beta": preset.beta}
        assert fewer["dynamicgate.keep"] == preset["dynamicgate.keep"] / 2
        assert fewer["beta"] > preset.beta
    plan = Plan("compact-20k", ("dynamicgate",), (0.1,), epochs=50, hidden=100)
    [run] = plan.runs()
    assert run.settings["dynamicgate.keep"] == 7940
    # A preset without such a number has the β of the ratio.
    sparse = Settings.from_preset("sparse", **{"dynamicgate.keep": 20_000})
    without = settings_for(sparse.with_changes(**{"dynamicgate.keep": 0}), 0.3)
    assert settings_for(sparse, 0.3) == {"dynamicgate.keep": 60_979, **without}
    # 0 would mean that there is no such number.
    tiny = Settings.from_preset("compact-20k", hidden=1)
    assert settings_for(tiny, 0.0005)["dynamicgate.keep"] == 1


@pytest.mark.parametrize("spec", METHODS.values(), ids=lambda spec: spec.name)
def test_measured_ratios_fall_as_beta_rises(spec: object) -> None:
    assert isinstance(spec, type(METHODS["dense"]))
    assert not (spec.target and spec.beta_ratios)
    assert not spec.target or spec.target in {knob.name for knob in spec.knobs}
    if spec.beta_ratios:
        assert "paper" in spec.beta_ratios
        assert "beta" in spec.shared
    for pairs in spec.beta_ratios.values():
        betas, ratios = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        assert len(pairs) > 1
        assert betas == sorted(set(betas))
        assert ratios == sorted(set(ratios), reverse=True)
        assert all(KNOBS["beta"].check(beta) == beta for beta in betas)


@given(
    preset=st.sampled_from(list(PRESETS)),
    methods=st.lists(st.sampled_from(list(METHODS)), min_size=1, unique=True),
    ratios=st.lists(st.sampled_from([0.3, 0.1, 0.05, 0.0125]), unique=True),
    seeds=st.integers(1, 3),
    epochs=st.integers(1, 1000),
    hidden=st.integers(1, 2048),
)
def test_a_link_gives_the_same_plan(
    preset: str, methods: list[str], ratios: list[float], seeds: int, epochs: int, hidden: int
) -> None:
    plan = Plan(preset, tuple(methods), tuple(ratios), seeds, epochs, hidden)
    assert Plan.from_query(plan.to_query()) == (plan, [])


def test_an_empty_link_gives_the_default_plan_and_other_parameters_are_ignored() -> None:
    assert Plan.from_query({}) == (Plan(), [])
    assert Plan.from_query({"run": ["0123456789ab"], "preset": []}) == (Plan(), [])
    classroom, problems = Plan.from_query({"preset": ["classroom"]})
    assert (classroom.epochs, problems) == (15, [])


def test_wrong_choices_of_a_link_are_left_out_and_each_is_reported() -> None:
    plan, problems = Plan.from_query(
        {
            "method": ["nothing", "dense"],
            "ratio": ["0,1", "1.5", "nan", "0"],
            "seeds": ["2.5"],
            "epochs": ["0"],
            "hidden": ["9" * 400],
        }
    )
    assert plan == Plan(methods=("dense",), ratios=(0.1,))
    assert len(problems) == 7
    assert problems[0].endswith("it was 'nothing'.")
    assert "must be a number from 0.005 to 0.9; it was '1.5'." in problems[1]
    assert all(len(problem) < 200 and problem.endswith(".") for problem in problems)


def test_a_plan_with_too_many_runs_is_refused() -> None:
    ratios = [str(i / 100) for i in range(1, 31)]
    query = {"method": ["magnitude"], "ratio": ratios, "seeds": ["10"], "preset": ["sparse"]}
    plan, problems = Plan.from_query(query)
    assert plan == Plan("sparse", epochs=50)
    assert problems == [
        "A comparison has at most 200 runs, and this one would have 300: choose fewer methods, "
        "ratios or seeds."
    ]
    with pytest.raises(PlanError, match="at least one method"):
        Plan(methods=())
