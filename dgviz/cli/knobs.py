"""`python -m dgviz knobs`: prints the table of all knobs, the content of docs/knobs.md."""

from __future__ import annotations

import argparse

from dgviz.knob import Knob
from dgviz.methods.catalogue import METHODS
from dgviz.methods.spec import MethodSpec
from dgviz.presets import PRESETS
from dgviz.settings import COMMON

SUMMARY = "Print the table of all settings in Markdown."

_INTRODUCTION = """# Every setting

Written by `python -m dgviz knobs` from the table in `dgviz/settings.py`. The name is the parameter
in the URL (`?beta=0.1`); the flag on the command line is the same with dashes
(`--learning-rate`). *Live* settings may change between any two steps of a run.
"""

_METHODS = """
## Methods

The values of presets are for DynamicGate-MLP. Another method uses those in the last column instead.
A setting that the method does not read is refused on the command line; in a link it is ignored,
with a message.
"""

_OWN = """
## Settings of one method

They are accepted with their method only. Those that are live may change during a run, too.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command has no arguments."""


def run(arguments: argparse.Namespace) -> None:
    print(in_markdown(), end="")


def in_markdown() -> str:
    presets = " | ".join(PRESETS)
    lines = [
        _INTRODUCTION,
        f"| name | symbol | accepts | {presets} | live | what it does |",
        "|---" * (5 + len(PRESETS)) + "|",
        *(_row(knob) for knob in COMMON.values() if knob.name != "preset"),
        _METHODS,
        "| method | title | what it does | source | settings that only some methods read "
        "| own values |",
        "|---|---|---|---|---|---|",
        *(_method(spec) for spec in METHODS.values()),
        _OWN,
        "| name | accepts | default | live | what it does |",
        "|---|---|---|---|---|",
        *(_own(knob) for spec in METHODS.values() for knob in spec.knobs),
    ]
    return "\n".join(lines) + "\n"


def _row(knob: Knob) -> str:
    values = [f"{preset.values.get(knob.name, knob.default)}" for preset in PRESETS.values()]
    cells = [f"`{knob.name}`", knob.symbol, knob.accepted, *values, _live(knob), knob.help]
    return "| " + " | ".join(cells) + " |"


def _own(knob: Knob) -> str:
    default = knob.default if knob.kind is str else f"{knob.default:.4g}"
    others = [
        f"{preset.values[knob.name]} in {name}"
        for name, preset in PRESETS.items()
        if knob.name in preset.values
    ]
    cells = [f"`{knob.name}`", knob.accepted, ", ".join([default, *others]), _live(knob), knob.help]
    return "| " + " | ".join(cells) + " |"


def _live(knob: Knob) -> str:
    return "yes" if knob.live else ""


def _method(spec: MethodSpec) -> str:
    shared = ", ".join(f"`{name}`" for name in spec.shared)
    starts = ", ".join(f"`{name}` {value:g}" for name, value in spec.defaults.items())
    cells = [f"`{spec.name}`", spec.title, spec.summary, spec.source, shared, starts]
    return "| " + " | ".join(cells) + " |"
