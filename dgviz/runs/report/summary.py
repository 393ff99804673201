"""The top of the report: the title of the run, one sentence about it, and its figures."""

from __future__ import annotations

import math
from html import escape

from dgviz.data.catalogue import DATASETS
from dgviz.formatting import count, percent, plain, ratio
from dgviz.runs.record import Record

TEST_IMAGES = 10_000
"""Number of test images, the same for every data set in the catalogue."""

OUTCOMES = {
    "running": "It was still training when this report was made.",
    "finished": "Training finished.",
    "stopped": "It was stopped before the end.",
    "failed": "It failed.",
    "interrupted": "It was interrupted.",
}


def head(record: Record) -> str:
    tags = " ".join(f'<span class="tag">{escape(tag)}</span>' for tag in record.tags)
    began = f"{record.created.day} {record.created:%B %Y, %H:%M} UTC"
    kind = f"dgviz · report of run {record.id} · {began}"
    return (
        f'<header>\n<p class="kind">{kind}</p>\n<h1>{escape(record.title)}</h1>\n{tags}\n'
        f'<p class="summary">{escape(_summary(record))}</p>\n</header>'
    )


def _summary(record: Record) -> str:
    settings, figures = record.settings, record.figures
    if settings is None:
        return "The settings of this run cannot be read, so only its results are shown."
    entry = DATASETS[settings.dataset]
    method = settings.spec.title[0].upper() + settings.spec.title[1:]
    sizes = f" ({entry.input_size} → {settings.hidden_units} → {len(entry.classes)})"
    if settings.spec.routes:
        sizes = ""  # Its layers are no chain.
    text = (
        f"{method}{sizes} on {entry.title}, trained for {plain(round(record.epoch, 1))} of "
        f"{_noun(settings.epochs, 'epoch')} with seed {settings.seed}"
    )
    accuracy = figures.get("test_accuracy")
    if accuracy is None:
        return f"{text}. Nothing was measured. {OUTCOMES[record.phase]} {record.reason}".strip()
    text += f", classifies {percent(accuracy)} of the test images correctly"
    if settings.spec.routes:
        macs = count(figures.get("macs"))
        return f"{text}; an image needs {macs} multiplications on average."
    if not settings.spec.masks:
        return text + "; all its connections are active."
    active, total = count(figures.get("active_weights")), count(figures.get("total_weights"))
    return f"{text}; {active} of {total} connections are active."


def figures(record: Record) -> str:
    """The main figures, each with a value to compare it with."""
    known = record.figures
    accuracy, validation = known.get("test_accuracy"), known.get("validation_accuracy")
    if accuracy is None:
        return ""
    error = 100 * math.sqrt(max(0.0, accuracy * (1 - accuracy)) / TEST_IMAGES)
    beside = f"± {error:.2f} points (one standard error)"
    held_out = f"; validation {percent(validation)}" if validation is not None else ""
    active, total = count(known.get("active_weights")), count(known.get("total_weights"))
    macs, parameters = (
        f"dense: {count(known.get(f'dense_{of}'))}" for of in ("macs", "parameters")
    )
    if record.settings and record.settings.spec.routes:
        macs, parameters = f"the network has {total} connections", ""
    tiles = [
        ("test accuracy", percent(accuracy), beside + held_out),
        ("active ratio r", ratio(known.get("active_ratio")), f"{active} of {total} weights"),
        ("MACs an image", count(known.get("macs")), macs),
        ("parameters", count(known.get("parameters")), parameters),
    ]
    cells = "\n".join(
        f'<div><dt>{name}</dt><dd class="value">{value}</dd><dd>{text}</dd></div>'
        for name, value, text in tiles
    )
    return f'<dl class="figures">\n{cells}\n</dl>'


def _noun(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
