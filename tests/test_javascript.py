"""The unit tests of the browser's modules, each file in a process of node."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from programs import program

TESTS = sorted((Path(__file__).parent / "javascript").glob("*.test.js"))


@pytest.fixture(scope="module")
def node() -> str:
    return program("node", package="nodejs", purpose="run the JavaScript's unit tests")


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name.removesuffix(".test.js"))
def test_javascript(node: str, file: Path) -> None:
    done = subprocess.run([node, str(file)], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_unit_tests_to_run() -> None:
    assert TESTS
