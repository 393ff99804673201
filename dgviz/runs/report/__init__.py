"""A run as one HTML file to print or hand in: figures, settings, circumstances, and the caveats."""

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
# The file needs nothing but itself, and a browser is told to hold it to that.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def report_html(record: Record) -> str:
    """A self-contained page: no script, no network. Never fails for broken parts.

    What a record lacks is said in a sentence where it would have stood.
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
