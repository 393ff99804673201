"""Write and read `speed.json`: the newest measurement of each recipe of a run.

A file is used only if all of its values agree. Those of earlier versions have one measurement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from dgviz.compaction.executors.executor import DENSE, EXECUTORS
from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.compaction.speed.measurement import FORMAT, MOST_TIMES, Measurement, Timing
from dgviz.knob import SettingsError
from dgviz.runs.card_fields import MOST_SYSTEM_VALUES, system_value
from dgviz.runs.checks import (
    InvalidValue,
    an_object,
    counted,
    date,
    list_of,
    map_of,
    object_of,
    one_of,
    text,
    whole,
)
from dgviz.runs.contents import Unreadable
from dgviz.runs.extra_file import read_extra, save_extra
from dgviz.runs.files import as_json
from dgviz.runs.layout import LARGEST_TEXT, SPEED
from dgviz.runs.record import Record

_MOST_MEASUREMENTS = 1000
_MOST_LAYERS = 20


def save(measured: Measurement, folder: Path) -> None:
    """Add a measurement to those in the run's folder.

    It replaces an older one of its recipe. Those of an earlier step go too, and the oldest ones
    where the file would be too large to be read; a damaged file is replaced.

    Raises:
        RunsError: it cannot be written.
    """
    path = folder / SPEED
    try:
        before = read_extra(path, _checked) or ()
    except Unreadable:
        before = ()
    others = [one for one in before if one.recipe != measured.recipe and one.step == measured.step]
    newest_first = [measured, *reversed(others)][:_MOST_MEASUREMENTS]
    # Each is counted with the braces around all of them, a few bytes more than it takes.
    sizes = accumulate(len(as_json(_content([one]))) for one in newest_first)
    room = LARGEST_TEXT[SPEED]
    kept = [one for one, size in zip(newest_first, sizes, strict=True) if size <= room]
    save_extra(path, _content(kept[::-1]), "The measured times")


def read(record: Record, recipe: Recipe = AS_TRAINED) -> Measurement | None:
    """Read the measurement of a run's network after a recipe; None if there is none.

    Raises:
        Unreadable: the file exists and cannot be used; the message is a sentence.
    """
    found = read_extra(record.folder / SPEED, _checked) or ()
    return next((one for one in found if one.recipe == recipe), None)


def _content(measurements: Sequence[Measurement]) -> dict[str, Any]:
    return {"measurements": [one.as_dict() for one in measurements]}


def _checked(content: Mapping[str, Any]) -> tuple[Measurement, ...]:
    """The measurements, the oldest first."""
    # Earlier versions kept one, which was the whole content.
    return _measurements(content.get("measurements", [content]))


def measurement(value: object) -> Measurement:
    """Check for a measurement as `Measurement.as_dict` gives it.

    Raises:
        InvalidValue: it is none.
        Unreadable: it is of another version, or its figures contradict each other.
    """
    content = an_object(value)
    if content.get("format") != FORMAT:
        raise Unreadable("it was written by another version of dgviz.")
    measured = Measurement(**_fields(content))
    names = {one.executor for one in measured.timings}
    agrees = (
        {"cpu", "cores", "device", "threads"} <= measured.hardware.keys()
        and len(measured.widths) == len(measured.pruned_widths) > 1
        and 0 < measured.connections >= measured.pruned_connections
        and DENSE in names == measured.differences.keys()
        and {*names, *measured.excluded} <= EXECUTORS.keys()
        and all(
            sorted(one.executor for one in measured.of(*setting)) == sorted(names)
            for setting in measured.settings
        )
    )
    if not agrees:
        raise Unreadable("its figures contradict each other.")
    return measured


def _timing(value: object) -> Timing:
    timing = Timing(**_timing_fields(value))
    if not 0 < timing.low <= timing.seconds <= timing.high:
        raise InvalidValue("must have times above 0, in order")
    if not 0 < timing.speedup_low <= timing.speedup <= timing.speedup_high:
        raise InvalidValue("must have ratios above 0, in order")
    return timing


def _recipe(value: object) -> Recipe:
    """A recipe; files of earlier versions have none, because nothing was done."""
    try:
        return AS_TRAINED if value is None else Recipe.from_dict(an_object(value))
    except SettingsError as problem:
        raise InvalidValue(f"must be a recipe. {problem}") from problem


def _other_work(value: object) -> float | None:
    """The number of cores; files of earlier versions have none."""
    return None if value is None else counted(value)


_measurements = list_of(measurement, _MOST_MEASUREMENTS)
_system_info = map_of(system_value, MOST_SYSTEM_VALUES)
_widths = list_of(whole, _MOST_LAYERS)
_timing_fields = object_of(
    {
        "executor": one_of(EXECUTORS),
        "batch": whole,
        "threads": whole,
        **dict.fromkeys(
            ("seconds", "low", "high", "speedup", "speedup_low", "speedup_high"), counted
        ),
    }
)
_fields = object_of(
    {
        "run": text(60),
        "step": whole,
        "recipe": _recipe,
        "created": date,
        "widths": _widths,
        "pruned_widths": _widths,
        "connections": whole,
        "pruned_connections": whole,
        "images": whole,
        "tolerance": counted,
        "differences": map_of(counted, len(EXECUTORS)),
        "excluded": map_of(text(1000), len(EXECUTORS)),
        "rounds": whole,
        "seconds_a_turn": counted,
        "timings": list_of(_timing, MOST_TIMES),
        "hardware": _system_info,
        "versions": _system_info,
        "other_work": _other_work,
    }
)
