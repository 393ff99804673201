"""The table of knobs: accepted and refused values, links, presets and baselines."""

import json
import math
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgviz.gates.schedules import multiplier
from dgviz.methods.catalogue import METHODS, SHARED
from dgviz.number_text import read_number
from dgviz.presets import PRESETS
from dgviz.settings import COMMON, KNOBS, Knob, Settings, SettingsError

GOLDEN = json.loads((Path(__file__).parent / "golden" / "numbers.json").read_text(encoding="utf-8"))
NUMBERS = [knob for knob in KNOBS.values() if not knob.choices]
CHOICES = [knob for knob in KNOBS.values() if knob.choices]


def name(knob: Knob) -> str:
    return knob.name


def values(knob: Knob) -> st.SearchStrategy[Any]:
    """All values that a knob accepts."""
    if knob.choices:
        return st.sampled_from(knob.choices)
    if knob.kind is int:
        return st.integers(int(knob.minimum or 0), int(knob.maximum or 0))
    return st.floats(knob.minimum, knob.maximum)


@st.composite
def drawn_settings(draw: st.DrawFn) -> Settings:
    common = {knob.name: draw(values(knob)) for knob in COMMON.values()}
    own = METHODS[common["method"]].knobs
    return Settings.from_dict(common | {knob.name: draw(values(knob)) for knob in own})


settings = drawn_settings()


def test_the_table_and_the_dataclass_agree() -> None:
    types = get_type_hints(Settings)
    common = [field for field in fields(Settings) if field.name != "own"]
    assert list(COMMON) == [field.name for field in common]
    for field in common:
        knob = KNOBS[field.name]
        assert knob.kind is types[field.name]
        assert knob.default == field.default
        assert type(knob.default) is knob.kind
        assert knob.label and knob.help.endswith(".") and knob.group
        assert knob.check(knob.default) == knob.default


def test_a_paper_is_named() -> None:
    """The methods come from different papers."""
    texts = [knob.help for knob in KNOBS.values()]
    texts += [spec.summary for spec in METHODS.values()]
    texts += [preset.description for preset in PRESETS.values()]
    assert not [text for text in texts if "the paper" in text.lower()]


def test_every_knob_has_either_choices_or_bounds() -> None:
    for knob in KNOBS.values():
        bounded = knob.minimum is not None and knob.maximum is not None
        assert bounded != bool(knob.choices), knob.name
        assert (knob.kind is str) == bool(knob.choices), knob.name
        assert not knob.words or len(knob.words) == len(knob.choices), knob.name


@pytest.mark.parametrize("knob", NUMBERS, ids=name)
def test_the_numbers_of_a_knob_have_its_type(knob: Knob) -> None:
    numbers = (knob.default, knob.minimum, knob.maximum, knob.step)
    assert {type(number) for number in numbers} == {knob.kind}


def test_a_knob_is_declared_with_numbers_of_its_type() -> None:
    ratio = Knob("m.ratio", float, 1, "ratio", "A share.", "Method", minimum=0, maximum=1)
    numbers = (ratio.default, ratio.minimum, ratio.maximum, ratio.step)
    assert [repr(number) for number in numbers] == ["1.0", "0.0", "1.0", "0.01"]
    count = Knob("m.count", int, 1, "count", "A number.", "Method", minimum=0, maximum=9.0)
    numbers = (count.default, count.minimum, count.maximum, count.step)
    assert [repr(number) for number in numbers] == ["1", "0", "9", "1"]
    with pytest.raises(TypeError, match=r"^m\.count takes whole numbers, and its step is 0\.5\.$"):
        Knob("m.count", int, 1, "count", "A number.", "Method", minimum=0, maximum=9, step=0.5)


@pytest.mark.parametrize("knob", [knob for knob in NUMBERS if not knob.stops], ids=name)
def test_the_buttons_of_a_number_lead_to_its_special_values(knob: Knob) -> None:
    """From the start value of each preset, + and − work, and lead to 0 or 1 if that is a bound."""
    assert knob.minimum is not None and knob.maximum is not None and knob.step
    starts = {preset.values.get(knob.name, knob.default) for preset in PRESETS.values()}
    starts |= {spec.defaults.get(knob.name, knob.default) for spec in METHODS.values()}
    for start in starts:
        for bound in (knob.minimum, knob.maximum):
            steps = round(abs(start - bound) / knob.step, 6)
            assert steps == 0 or steps >= 1, (start, bound)
            assert bound not in (0, 1) or steps == int(steps), (start, bound)


def test_the_title_of_a_knob_is_made_of_its_symbol_and_label() -> None:
    assert [KNOBS[knob].title for knob in ("beta", "hidden", "dataset", "beta_schedule")] == [
        "β sparsity penalty",
        "H hidden units",
        "Data set",
        "β schedule",
    ]


def test_the_live_common_knobs_are_those_of_the_loop() -> None:
    assert [knob.name for knob in COMMON.values() if knob.live] == ["beta", "tau", "learning_rate"]


def test_every_schedule_among_the_choices_exists() -> None:
    for knob in ("beta_schedule", "tau_schedule", "learning_rate_schedule"):
        for choice in KNOBS[knob].choices:
            assert multiplier(choice, 0.5, warmup=0.1, freeze_at=0.5) == 1


def test_a_press_of_plus_leads_to_the_next_stop_if_there_are_any() -> None:
    rate, every = KNOBS["l0.rate"], KNOBS["rigl.every"]
    assert [rate.step_at(value) for value in (0.5, 30.0, 100.0)] == [0.06, 2.0, 11.0]
    assert [every.step_at(value) for value in (1, 100, 100_000)] == [1, 30, 21_000]
    assert KNOBS["epochs"].step_at(7) == 1 and KNOBS["dropout.input"].step_at(0.1) == 0.05
    # A box with whole numbers needs whole steps.
    assert isinstance(every.step_at(100), int)


def test_slider_stops_ascend_within_bounds_and_include_the_default() -> None:
    with_stops = [knob for knob in NUMBERS if knob.stops]
    common = [knob.name for knob in with_stops if knob.name in COMMON]
    assert common == ["beta", "tau"]
    # All of a method's own numbers have a slider.
    assert {knob for knob in NUMBERS if knob.name not in COMMON} <= {*with_stops}
    for knob in with_stops:
        assert list(knob.stops) == sorted(set(knob.stops))
        assert all(knob.check(stop) == stop for stop in knob.stops)
    for name in common:
        for preset in PRESETS:
            assert Settings.from_preset(preset)[name] in KNOBS[name].stops
    assert -1 in KNOBS["beta"].stops and 0 in KNOBS["beta"].stops
    assert all(stop * 200 == pytest.approx(round(stop * 200)) for stop in KNOBS["tau"].stops)


@pytest.mark.parametrize("knob", NUMBERS, ids=name)
def test_bounds_are_inclusive_and_nothing_beyond_them_is_accepted(knob: Knob) -> None:
    assert knob.minimum is not None and knob.maximum is not None
    assert knob.check(knob.minimum) == knob.minimum
    assert knob.check(knob.maximum) == knob.maximum
    for beyond in (
        math.nextafter(knob.minimum, -math.inf),
        math.nextafter(knob.maximum, math.inf),
        knob.minimum - 1,
        knob.maximum + 1,
        10**400,
    ):
        with pytest.raises(SettingsError):
            knob.check(beyond)


@pytest.mark.parametrize("knob", NUMBERS, ids=name)
@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, True, False, None, "", "x", "nan", "inf", [1], 1j, b"1"],
)
def test_values_that_are_not_finite_numbers_are_refused_in_one_sentence(
    knob: Knob, value: object
) -> None:
    with pytest.raises(SettingsError) as caught:
        knob.check(value)
    assert caught.value.knob == knob.name
    message = str(caught.value)
    assert knob.name in message and knob.accepted in message and message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("knob", CHOICES, ids=name)
@pytest.mark.parametrize("value", ["", "X", None, 0, math.nan, True])
def test_a_choice_outside_the_list_is_refused_with_the_list(knob: Knob, value: object) -> None:
    assert all(knob.check(choice) == choice for choice in knob.choices)
    with pytest.raises(SettingsError, match=", ".join(knob.choices)):
        knob.check(value)


@pytest.mark.parametrize("knob", [knob for knob in NUMBERS if knob.kind is int], ids=name)
def test_values_of_whole_number_knobs_are_ints(knob: Knob) -> None:
    low = int(knob.minimum or 0)
    for given_value in (low, float(low), str(low), np.int64(low)):
        checked = knob.check(given_value)
        assert checked == low and type(checked) is int
    with pytest.raises(SettingsError, match="a whole number"):
        knob.check(low + 0.5)


@pytest.mark.parametrize("knob", [knob for knob in NUMBERS if knob.kind is float], ids=name)
def test_values_of_fractional_knobs_are_floats(knob: Knob) -> None:
    assert knob.maximum is not None
    whole = int(knob.maximum)
    for given_value in (whole, str(whole), np.float64(whole), np.float32(whole)):
        assert type(knob.check(given_value)) is float


@pytest.mark.parametrize(("text", "number"), GOLDEN)
def test_a_link_and_the_command_line_read_a_number_as_a_box_does(
    text: str, number: float | None
) -> None:
    assert read_number(text) == number


def test_a_link_may_have_a_decimal_comma() -> None:
    settings, problems = Settings.from_query({"beta": "0,03", "tau": "0,45", "epochs": "1,000"})
    assert (settings.beta, settings.tau, settings.epochs) == (0.03, 0.45, 50)
    assert [problem.knob for problem in problems] == ["epochs"]


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(SettingsError) as caught:
        KNOBS["seed"].check("9" * 5000)
    assert len(str(caught.value)) < 150


@given(settings)
def test_a_link_gives_settings_of_the_same_run(original: Settings) -> None:
    query = original.to_query()
    assert all(type(value) is str for value in query.values())
    linked, problems = Settings.from_query(query)
    assert problems == [] and linked.normal() == original.normal()


@pytest.mark.parametrize("preset", PRESETS)
def test_the_link_of_a_preset_has_one_parameter(preset: str) -> None:
    settings = Settings.from_preset(preset)
    assert settings.to_query() == {"preset": preset}
    for knob, value in PRESETS[preset].values.items():
        assert settings[knob] == value
    # Another method ignores what it does not read.
    assert Settings.from_preset(preset, method="small").to_query() == {
        "preset": preset,
        "method": "small",
    }


def test_a_preset_can_be_overridden() -> None:
    settings = Settings.from_preset("sparse", beta=2, epochs="7")
    assert (settings.beta, settings.epochs, settings.label_smoothing) == (2.0, 7, 0.1)
    assert settings.to_query() == {"preset": "sparse", "beta": "2.0", "epochs": "7"}
    with pytest.raises(SettingsError, match="preset must be one of"):
        Settings.from_preset("dense")


def test_a_link_with_wrong_values_reports_them_and_uses_the_rest() -> None:
    query = {"preset": "classroom", "beta": "-7", "tau": "nan", "seed": "3", "utm": "x", "lr": "1"}
    settings, problems = Settings.from_query(query)
    assert settings == Settings.from_preset("classroom", seed=3)
    assert [problem.knob for problem in problems] == ["beta", "tau"]


@pytest.mark.parametrize(
    ("method", "knob", "value", "message"),
    [
        ("dense", "l0.temperature", "0.5", "l0.temperature is a setting of the method l0"),
        (
            "dense",
            "beta",
            "3",
            "β (beta) is a setting of the methods dynamicgate, l0 and continuous",
        ),
        ("l0", "tau", "0.4", "τ (tau) is a setting of the method dynamicgate"),
        ("magnitude", "beta_schedule", "ramp", "beta_schedule is a setting of the methods "),
    ],
)
def test_a_knob_that_the_method_does_not_read_is_refused(
    method: str, knob: str, value: str, message: str
) -> None:
    settings, problems = Settings.from_query({"preset": "sparse", "method": method, knob: value})
    assert settings == Settings.from_preset("sparse", method=method)
    (problem,) = problems
    assert problem.knob == knob and str(problem).startswith(message)
    assert str(problem).endswith(f", and the method here is {method}.")
    with pytest.raises(SettingsError, match=re.escape(str(problem))):
        Settings.from_preset("sparse", method=method, **{knob: value})


def test_a_name_that_is_not_a_knob_is_refused() -> None:
    with pytest.raises(SettingsError, match="'lr' is not a setting of this version"):
        Settings.from_preset("paper", lr=1)
    with pytest.raises(SettingsError, match="not a setting of this version"):
        Settings.from_dict({"method": "l0", "l0.heat": 1})


def test_a_new_methods_own_knobs_have_their_defaults() -> None:
    warm = Settings.from_preset("paper", method="l0", **{"l0.temperature": 1.5})
    assert warm["l0.temperature"] == 1.5 and warm.beta == METHODS["l0"].defaults["beta"]
    back = warm.with_changes(method="dense").with_changes(method="l0")
    assert back["l0.temperature"] == KNOBS["l0.temperature"].default
    with pytest.raises(KeyError):
        warm.with_changes(method="dense")["l0.temperature"]


def test_a_link_with_an_unknown_preset_starts_from_the_default_one() -> None:
    settings, problems = Settings.from_query({"preset": "magic", "hidden": "32"})
    assert settings == Settings(hidden=32)
    assert [problem.knob for problem in problems] == ["preset"]


@given(st.dictionaries(st.sampled_from([*KNOBS, "other"]), st.text(max_size=20), max_size=5))
def test_no_link_raises(query: dict[str, str]) -> None:
    settings, problems = Settings.from_query(query)
    assert isinstance(settings, Settings)
    assert {problem.knob for problem in problems} <= set(query)


@given(settings)
def test_the_baseline_differs_in_nothing_but_the_method(original: Settings) -> None:
    baseline = original.baseline()
    if baseline is None:
        assert original.spec.baseline == ""
        return
    assert baseline.method == original.spec.baseline
    assert baseline.normal() == baseline and baseline.baseline() is None
    for knob in baseline.knobs():
        if knob.name != "method":
            assert baseline[knob.name] == original[knob.name]
    for name in SHARED - set(baseline.spec.shared):
        assert baseline[name] == KNOBS[name].default


def test_runs_that_differ_only_in_their_gates_share_a_baseline() -> None:
    assert Settings(beta=1, tau=0.4).baseline() == Settings(initial_logit=0).baseline()
    assert Settings(seed=1).baseline() != Settings(seed=2).baseline()


PAPER = Settings(seed=3)


@pytest.mark.parametrize(
    "changes",
    [
        {"preset": "classroom"},
        {"device": "cuda"},
        {"threads": 4},
        {"freeze_at": 0.5},
        {"warmup": 0.5},
        {"beta": 3, "tau_schedule": "ramp"},
    ],
    ids=str,
)
def test_what_changes_no_mathematics_of_a_baseline_may_differ(changes: dict[str, Any]) -> None:
    dense = Settings(method="dense", seed=3)
    assert dense.with_changes(**changes).is_baseline_of(PAPER)
    assert dense.is_baseline_of(PAPER.with_changes(**changes))


def test_a_dense_run_with_the_epochs_of_a_preset_is_its_baseline() -> None:
    dense = Settings.from_preset("paper", method="dense", epochs=15)
    classroom = Settings.from_preset("classroom")
    assert dense.is_baseline_of(classroom) and not dense.is_baseline_of(PAPER)
    assert not classroom.is_baseline_of(PAPER) and not dense.is_baseline_of(dense)


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 4},
        {"hidden": 8},
        {"dataset": "cifar10"},
        {"validation": 0},
        {"learning_rate": 0.1},
        {"freeze_at": 0.8},
        {"learning_rate_schedule": "ramp"},
        {"method": "dropout"},
    ],
    ids=str,
)
def test_a_baseline_has_the_same_mathematics(changes: dict[str, Any]) -> None:
    cosine = {"learning_rate_schedule": "cosine", "freeze_at": 0.6}
    dense = Settings(method="dense", seed=3, **cosine)
    gated = PAPER.with_changes(**cosine)
    assert dense.is_baseline_of(gated)
    assert not dense.with_changes(**changes).is_baseline_of(gated)


def test_a_baseline_has_the_same_warm_up_if_a_schedule_reads_it() -> None:
    dense = Settings(method="dense", learning_rate_schedule="warmup", warmup=0.2)
    gated = dense.with_method("dynamicgate")
    assert dense.is_baseline_of(gated)
    assert not dense.is_baseline_of(gated.with_changes(warmup=0.3))


def test_settings_are_checked_whenever_they_are_made() -> None:
    settings = Settings()
    assert settings.with_changes(beta="0.5").beta == 0.5
    assert Settings.from_dict(settings.as_dict()) == settings
    with pytest.raises(SettingsError, match="β \\(beta\\) must be a number from -1 to 30"):
        settings.with_changes(beta=31)
    with pytest.raises(SettingsError):
        Settings(tau=True)
    with pytest.raises(AttributeError):
        settings.beta = 1.0  # type: ignore[misc]


def test_flags_are_written_with_hyphens() -> None:
    assert KNOBS["learning_rate"].flag == "--learning-rate"
    assert len({knob.flag for knob in KNOBS.values()}) == len(KNOBS)
