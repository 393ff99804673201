"""The checks before a commit are a part of those in .ci/run."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


def test_each_check_before_a_commit_is_in_the_ci_script() -> None:
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    commands = [hook["entry"] for hook in local["hooks"]]
    assert {"ruff check .", "ruff format --check .", "mypy", "lint-imports"} <= {*commands}
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert {*commands} <= {line.strip(' "\\') for line in script.splitlines()}
