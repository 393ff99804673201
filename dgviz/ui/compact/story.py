"""The story of a compacted network: accuracy, sizes and times on the way, and the check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dgviz.compaction.executors.executor import DENSE as DENSE_EXECUTOR
from dgviz.compaction.executors.executor import EXECUTORS
from dgviz.compaction.recipe import AS_TRAINED
from dgviz.compaction.result import Compaction, Stage
from dgviz.compaction.sizes import DENSE, GATED, Size
from dgviz.compaction.speed.choice import choose, is_faster
from dgviz.compaction.speed.measurement import Timing
from dgviz.compaction.speed.text import setting_text, time_text
from dgviz.compaction.text import MEASURES, change, check_text, compared, smallest_text
from dgviz.formatting import count, counted, fixed, percent, plain, threshold
from dgviz.runs.baselines import finished_baseline
from dgviz.runs.missed import missed_by
from dgviz.runs.record import Record
from dgviz.runs.store import the_store
from dgviz.ui import components
from dgviz.ui.compact.making import Shown
from dgviz.ui.words import escaped, unbroken

_STEPS = {
    DENSE: ("dense", "Every connection is stored and multiplied."),
    GATED: (
        "gated",
        "Closed connections are zeros. Gates alone make nothing smaller or faster: the arrays "
        "stay, and zeros are multiplied too.",
    ),
    "compact, dense": (
        "compact, dense",
        "Hidden units without connections and pixels that no unit reads are removed. What is left "
        "is dense matrices, in which closed connections are still zeros.",
    ),
    "compact, CSR": (
        "compact, CSR",
        "Only active connections are stored, each with its position.",
    ),
    "compact, fixed fan-in": (
        "compact, fixed fan-in",
        "The same number of connections for every unit, filled up with zeros.",
    ),
}
"""Of the rows of `sizes`: the name on the page, and what is done."""

_FEWER, _SMALLER, _FASTER = ("fewer", "more"), ("smaller", "larger"), ("faster", "slower")

_UNPRUNED = (DENSE_EXECUTOR, "inked")

_EXECUTORS = {
    DENSE: _UNPRUNED,
    # A closed connection is a zero in the same matrices.
    GATED: _UNPRUNED,
    "compact, dense": tuple(name for name, one in EXECUTORS.items() if one.saves == "units"),
    "compact, CSR": ("csr-torch", "csr-scipy", "csr-tiles", "csc-inked"),
    "compact, fixed fan-in": ("fan-in",),
}
"""The executors that compute each form; the fastest one counts."""


def story(record: Record, shown: Shown, times: tuple[Timing, ...], caption: list[str]) -> None:
    """Show a compacted network.

    Args:
        times: those of the chosen batch size and threads; empty if they are not measured.
        caption: the lines beneath a saved picture.
    """
    made = shown.result.made
    components.compact_story(
        {
            "run": record.id,
            "subtitle": _network(made),
            "replaced_by": shown.replaced_by,
            "accuracies": _accuracies(record, made),
            "result": _result(record, made),
            "measures": [*_sizes(shown.result.sizes), _times(times)],
            "notes": [
                *filter(None, [missed_by(record)]),
                change(made),
                smallest_text(shown.result.sizes),
                *_base(times),
            ],
            "caption": caption,
        }
    )
    checked = unbroken(check_text(made.check))
    if made.check.passed:
        st.success(escaped(checked), icon=":material/check_circle:")
    else:
        st.error(f"Do not use this network. {escaped(checked)}", icon="⚠️")
    with st.expander("What each step does, and how each number is counted"):
        steps = [f"- **{escaped(name)}**: {escaped(text)}" for name, text in _STEPS.values()]
        measures = [f"- **{name}**: {escaped(text)}" for name, text in MEASURES.items()]
        st.markdown("\n".join(steps))
        st.markdown("\n".join(measures))
        st.markdown(
            "MACs and bytes are counts. They say nothing about time, which is measured below. "
            "All of this is explained in `docs/compact.md`."
        )


def _network(made: Compaction) -> str:
    """ "epoch 50, τ 0.50, as trained"."""
    epoch = f"epoch {plain(made.epoch, 3)}"
    # The title of the recipe has τ if it is another one.
    own = made.tau is not None and made.recipe.tau is None
    parts = [epoch, f"τ {threshold(made.tau)}" if own and made.tau is not None else ""]
    return ", ".join(filter(None, [*parts, made.recipe.title]))


def _accuracies(record: Record, made: Compaction) -> list[dict[str, str]]:
    """The validation accuracy of the dense baseline, as trained, and after each step.

    The reader chooses the steps by it, so it is not that of the test images.
    """
    shown = []
    dense = _baseline_figures(record)
    if dense is not None:
        accuracy = dense.get("validation_accuracy")
        note = "trained separately, the same settings and seed"
        shown.append({"label": "dense baseline", "value": percent(accuracy), "note": note})
    before = None
    for stage in made.stages:
        now = stage.validation_accuracy
        cost = "" if now is None or before is None else _points(now - before)
        note = ", ".join(filter(None, [cost, _pruned(stage)]))
        shown.append({"label": stage.title, "value": percent(now), "note": note})
        before = now
    return shown


def _pruned(stage: Stage) -> str:
    """Not the number of active connections: some of these are never used."""
    return f"{counted(stage.pruned_connections, 'connection')} once pruned"


def _result(record: Record, made: Compaction) -> dict[str, str]:
    """The test accuracy of the compact network, and that of the dense baseline."""
    different = made.check.different_predictions
    notes = [f"{count(different)} of {counted(made.check.images, 'prediction')} differ"]
    dense = _baseline_figures(record)
    if dense is not None:
        notes.insert(0, f"dense baseline {percent(dense.get('test_accuracy'))}")
    value = percent(made.test_accuracy)
    return {"label": "compact, test images", "value": value, "note": "; ".join(notes)}


def _baseline_figures(record: Record) -> Mapping[str, float] | None:
    """The figures of the dense baseline of a run; None without any."""
    if record.settings is None:
        return None
    dense = finished_baseline(the_store(), record.settings)
    return dense.reached.figures if dense else None


def _points(difference: float) -> str:
    """-0.0012 -> "−0.12 points"."""
    if abs(difference) < 5e-5:
        return "no change"
    sign = "+" if difference > 0 else "−"
    return f"{sign}{fixed(100 * abs(difference), 2)} points"


def _sizes(sizes: dict[str, Size]) -> list[dict[str, Any]]:
    dense = sizes[DENSE]
    columns = (
        ("Parameters", "parameters", True),
        ("Bytes on disk", "disk", False),
        ("MACs", "macs", True),
    )
    return [
        {
            "name": name,
            "unit": "",
            "subtitle": "",
            "rows": [
                {
                    "label": _STEPS[form][0],
                    "value": getattr(size, field),
                    "zeros": size.zeros if counts else None,
                    "text": count(getattr(size, field)),
                    "compared": ""
                    if form == DENSE
                    else compared(
                        getattr(size, field),
                        getattr(dense, field),
                        *(_FEWER if counts else _SMALLER),
                    ),
                }
                for form, size in sizes.items()
            ],
        }
        for name, field, counts in columns
    ]


def _times(times: tuple[Timing, ...]) -> dict[str, Any]:
    best = {form: _fastest(times, executors) for form, executors in _EXECUTORS.items()}
    dense = best[DENSE]
    rows = []
    for form, one in best.items():
        row: dict[str, Any] = {"label": _STEPS[form][0], "value": None, "zeros": None}
        row |= {"text": "", "compared": ""}
        if one and dense:
            words = "" if form == DENSE else _compared_times(one, dense, times)
            row |= {
                "value": 1e6 * one.seconds,
                "text": time_text(one.seconds),
                "compared": words,
                "program": EXECUTORS[one.executor].title,
            }
        rows.append(row)
    subtitle = setting_text(times[0].batch, times[0].threads) if times else ""
    return {"name": "Time", "unit": "µs", "subtitle": subtitle.lower(), "rows": rows}


def _compared_times(one: Timing, dense: Timing, times: tuple[Timing, ...]) -> str:
    """How much faster or slower a form is than the dense one, if it is beyond noise.

    The same rule as in the advice on which program to take, so that both agree.
    """
    if one.executor == dense.executor:
        return "the same"
    faster = is_faster(one, dense) and choose(times).taken.executor != DENSE_EXECUTOR
    if not faster and not is_faster(dense, one):
        return "the same within noise"
    return compared(one.seconds, dense.seconds, *_FASTER)


def _base(times: tuple[Timing, ...]) -> list[str]:
    """With which time the others are compared, as a sentence; none without times."""
    dense = _fastest(times, _UNPRUNED)
    if dense is None:
        return []
    title = EXECUTORS[dense.executor].title
    return [f"Times are compared with {title}, the fastest program for the dense network."]


def _fastest(times: tuple[Timing, ...], executors: Sequence[str]) -> Timing | None:
    of_form = [one for one in times if one.executor in executors]
    return min(of_form, key=lambda one: one.seconds, default=None)


def caption(record: Record, made: Compaction) -> list[str]:
    """The lines beneath a saved picture."""
    recipe = "" if made.recipe == AS_TRAINED else f", {made.recipe.title}"
    return [record.title, f"run {made.run}, step {count(made.step)}{recipe}"]
