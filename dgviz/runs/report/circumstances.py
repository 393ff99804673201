"""The conditions of a run: settings, machine, code and data; and caveats about its figures."""

from __future__ import annotations

from html import escape

from dgviz.data.catalogue import DATASETS
from dgviz.formatting import count, duration, system_text
from dgviz.runs.card import Session
from dgviz.runs.courses import value_text
from dgviz.runs.extension import extension_text
from dgviz.runs.record import Record
from dgviz.runs.repeating import commands
from dgviz.runs.report.markup import sentence, table
from dgviz.runs.report.summary import OUTCOMES, TEST_IMAGES
from dgviz.runs.sessions import earlier_text, newest
from dgviz.settings import Settings


def settings_table(record: Record) -> str:
    settings = record.settings
    if settings is None:
        return sentence("The settings cannot be read.")
    preset = Settings.from_preset(settings.preset, method=settings.method)
    rows, changed = [], []
    for name, course in record.courses.items():
        knob, usual = course.knob, preset[name]
        changed.append(bool(course.moves) or course.start != usual)
        beside = f" (preset: {value_text(knob, usual)})" if changed[-1] else ""
        rows.append((knob.title, course.text + beside))
    half = -(-len(rows) // 2)
    halves = "".join(
        table(rows[part], ("setting", "value"), changed[part])
        for part in (slice(0, half), slice(half, None))
    )
    note = f"Blue: differs from the preset {settings.preset}." if any(changed) else ""
    return f'<div class="pair">{halves}</div>' + sentence(note, "note")


def repeat(record: Record) -> str:
    if record.settings is None:
        return sentence("Without settings there is no command.")
    text = (
        "On a CPU of the same kind, with the same versions and number of threads, this gives "
        "exactly the same numbers. Elsewhere they differ about as much as with another seed."
    )
    if _was_moved(record):
        text += (
            " Settings that were changed during training are not part of the command: change them "
            "at the steps given above."
        )
    lines = commands(record.settings, [epochs for _, epochs in record.extended])
    if len(lines) > 1:
        text = f"RUN is the id of the run that the command before has trained. {text}"
    listed = escape("\n".join(lines))
    return f"<pre>{listed}</pre>" + sentence(text)


def circumstances(record: Record) -> str:
    rows = [
        ("run", record.id),
        ("started from", f"run {record.parent}" if record.parent else "no other run"),
        ("how it ended", f"{OUTCOMES[record.phase]} {record.reason}".strip()),
        ("trained", f"{count(record.step)} steps in {duration(record.seconds)}"),
    ]
    if earlier := earlier_text(record.sessions):
        rows.append(("before", earlier))
    for number, session in newest(record.sessions):
        rows.append((f"session {number}", _session(session)))
    if record.settings:
        entry = DATASETS[record.settings.dataset]
        rows.append(("data", f"{entry.title}: {entry.source}; licence {entry.licence}"))
    damage = "".join(f"<li>{escape(sentence)}</li>" for sentence in record.damage())
    broken = f"<p>Some files of this run are damaged:</p>\n<ul>{damage}</ul>" if damage else ""
    return table(rows) + broken


def _session(session: Session) -> str:
    """A session as text, without the properties that are not known."""
    parts = [duration(session.seconds)]
    if session.from_step is not None:
        parts[0] += f" from step {session.from_step:,}"
    if session.started:
        parts.append(f"began {session.started:%Y-%m-%d %H:%M:%S} UTC")
    parts += [system_text(known) for known in (session.hardware, session.versions) if known]
    if session.git:
        dirty = " with uncommitted changes" if session.git.dirty else ""
        parts.append(f"git commit {session.git.commit}{dirty}")
    return "; ".join(parts)


def caveats(record: Record) -> str:
    sentences = [
        "Test accuracy is that of the last evaluation, not the best of all.",
        f"With {TEST_IMAGES:,} test images one standard error of an accuracy near 98% is about "
        "0.13 points, before seeds are considered: smaller differences between two runs are not "
        "significant.",
    ]
    if _was_moved(record):
        sentences.append(
            "Settings were changed during training by someone who could see the test accuracy. "
            "For a fair comparison, choose settings by the accuracy on the validation images."
        )
    if extension := extension_text(record):
        sentences.append(escape(extension))
    if record.settings is None or record.settings.spec.masks:
        sentences += [
            "MACs and parameters are counts of what is active. The mask is applied at run time to "
            "full matrices, so it saves neither time nor memory by itself.",
            "Biases have no gates and are not counted as weights; the number of parameters "
            "includes every bias that is still used.",
        ]
    elif record.settings.spec.routes:
        sentences.append(
            "MACs are counts of what an image needs. dgviz computes all routes for every image, so "
            "it saves no time."
        )
    return "<ul>\n" + "\n".join(f"<li>{sentence}</li>" for sentence in sentences) + "\n</ul>"


def _was_moved(record: Record) -> bool:
    return any(course.moves for course in record.courses.values())
