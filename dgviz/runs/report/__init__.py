"""A report of a run as one HTML file: figures, settings, circumstances and caveats."""

from __future__ import annotations

from html import escape
from pathlib import Path

from dgviz.runs.record import Record
from dgviz.runs.report.circumstances import (
    caveats,
    circumstances,
    repeat,
    settings_table,
)
from dgviz.runs.report.markup import section
from dgviz.runs.report.results import changes, pictures, training_curves
from dgviz.runs.report.summary import figures, head

_STYLE = Path(__file__).with_name("report.css")
# The file is self-contained, and this policy makes the browser enforce it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def report_html(record: Record) -> str:
    """Make a self-contained page without scripts or network access.

    Damaged parts never make it fail: a sentence replaces each missing part.
    """
    parts = [
        head(record),
        figures(record),
        section("Training", training_curves(record), changes(record)),
        section("The network at the end", pictures(record)),
        section("How to repeat this run", repeat(record)),
        section("Settings", settings_table(record)),
        section("Details", circumstances(record)),
        section("Notes", caveats(record)),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(record.title)} – dgviz run {record.id}</title>\n"
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )
