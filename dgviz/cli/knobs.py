"""`python -m dgviz knobs`: the table of every knob, as docs/knobs.md holds it."""

from __future__ import annotations

import argparse

from dgviz.settings import KNOBS, PRESETS, Knob

SUMMARY = "Print the table of all settings in Markdown."

_INTRODUCTION = """# Every setting

Written by `python -m dgviz knobs` from the one table in `dgviz/settings.py`. The name is the
parameter in the URL (`?beta=0.1`); the command line's flag is the same with dashes
(`--learning-rate`). *Live* settings may change between any two steps of a run.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It has none."""


def run(arguments: argparse.Namespace) -> None:
    print(in_markdown(), end="")


def in_markdown() -> str:
    presets = " | ".join(PRESETS)
    lines = [
        _INTRODUCTION,
        f"| name | symbol | accepts | {presets} | live | what it does |",
        "|---" * (5 + len(PRESETS)) + "|",
        *(_row(knob) for knob in KNOBS.values() if knob.name != "preset"),
    ]
    return "\n".join(lines) + "\n"


def _row(knob: Knob) -> str:
    values = [f"{preset.values.get(knob.name, knob.default)}" for preset in PRESETS.values()]
    live = "yes" if knob.live else ""
    cells = [f"`{knob.name}`", knob.symbol, knob.accepted, *values, live, knob.help]
    return "| " + " | ".join(cells) + " |"
