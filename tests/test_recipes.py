"""The recipes in CONTRIBUTING.md, followed exactly in a copy of the package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from recipes import recipe

ROOT = Path(__file__).parents[1]

# One process for all recipes, because importing Streamlit takes long.
_LOOK = """
import json
import sys

from streamlit.testing.v1 import AppTest

from dgviz.cli import knobs
from dgviz.cli.train import add_arguments
from dgviz.cli.parser import Parser
from dgviz.settings import Settings
from dgviz.ui import components

parser = Parser()
add_arguments(parser)
mounted = []
components._card = lambda module: lambda key, data, **rest: mounted.append((module, key, data))
live = AppTest.from_file("dgviz/ui/shell.py", default_timeout=30).run()
assert not live.exception, live.exception[0].message
label = live.number_input("knob_momentum").label
methods = live.selectbox("knob_method").options
live.selectbox("knob_method").select("random").run()
assert not live.exception, live.exception[0].message
sliders = [slider for _, _, data in mounted if "knobs" in data for slider in data["knobs"]]
(ratio,) = {slider["value"] for slider in sliders if slider["name"] == "random.ratio"}
count = live.switch_page(sys.argv[1]).run()
assert not count.exception, count.exception[0].message
json.dump({
    "read": Settings.from_query({"momentum": "0.5"})[0].momentum,
    "refused": [str(problem) for problem in Settings.from_query({"momentum": "2"})[1]],
    "flag": parser.parse_args(["--momentum", "0.5"]).momentum,
    "table": knobs.in_markdown(),
    "label": label,
    "header": count.header[0].value,
    "method": Settings.from_query({"method": "random", "random.ratio": "0.2"})[0].as_dict(),
    "methods": methods,
    "ratio": ratio,
    "cards": mounted,
}, sys.stdout)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package after all recipes."""
    copy = tmp_path_factory.mktemp("copy")
    # MNIST is large, so it is linked.
    leave_out = shutil.ignore_patterns("mnist", "__pycache__")
    for name in ("dgviz", "pages"):
        shutil.copytree(ROOT / name, copy / name, ignore=leave_out)
    (copy / "dgviz/data/mnist").symlink_to(ROOT / "dgviz/data/mnist")

    ((settings, field),) = recipe("A knob")
    insert(copy / settings, field, before="    learning_rate: float")

    (method, implementation), (catalogue, entry) = recipe("A method")
    (copy / method).write_text(implementation, encoding="utf-8")
    insert(copy / catalogue, f"{entry.rstrip()},", before=")\n\nMETHODS")

    (script, content), (shell, line) = recipe("A page")
    (copy / script).write_text(content, encoding="utf-8")
    insert(copy / shell, f"    {line.rstrip()},", before="    ]\n)")

    (module, card), (components, function), (page, call) = recipe("A card")
    (copy / module).write_text(card, encoding="utf-8")
    for file, code in ((components, function), (page, call)):
        with (copy / file).open("a", encoding="utf-8") as end:
            end.write(f"\n\n{code}")

    return copy


@pytest.fixture(scope="module")
def seen(copy: Path) -> dict[str, Any]:
    """Values from the pages and the command line of the copy."""
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(copy / "pages/count.py")],
        cwd=copy,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def insert(file: Path, code: str, *, before: str) -> None:
    """Insert the code, indented, before the first line that begins with `before`."""
    head, line, tail = file.read_text(encoding="utf-8").partition(f"\n{before}")
    assert line, f"{file} has no such line: {before}"
    code = textwrap.indent(code.rstrip(), "    ")
    file.write_text(f"{head}\n{code}{line}{tail}", encoding="utf-8")


def test_a_knob_is_on_the_page_in_links_in_commands_and_in_the_table(seen: dict[str, Any]) -> None:
    assert seen["label"] == "Momentum"
    assert seen["read"] == float(seen["flag"]) == 0.5
    assert seen["refused"] == ["momentum must be a number from 0 to 0.99; it was '2'."]
    assert "| `momentum` |" in seen["table"]


def test_a_method_is_on_the_page_and_in_links(seen: dict[str, Any]) -> None:
    assert seen["method"]["method"] == "random" and seen["method"]["random.ratio"] == 0.2
    assert "random mask" in seen["methods"] and seen["ratio"] == 0.1
    assert "| `random.ratio` |" in seen["table"] and "| `random` | random mask |" in seen["table"]


def test_a_method_passes_the_tests_of_every_method(copy: Path) -> None:
    for name in (
        "conftest.py",
        "methods/test_conformance.py",
        "runs/test_every_method.py",
        "runs/short_runs.py",
    ):
        (copy / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests" / name, copy / "tests" / name)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "[random]", "tests"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{copy / 'tests/runs'}"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_a_page_is_in_the_navigation(seen: dict[str, Any]) -> None:
    assert seen["header"].endswith(" runs")


def test_a_card_is_mounted_on_its_page(seen: dict[str, Any]) -> None:
    """`tests/browser/test_mounting.py` tests the module itself."""
    (_, key, data), *_ = [card for card in seen["cards"] if card[0] == "live/steps"]
    assert key == "steps" and data["run"] is None
