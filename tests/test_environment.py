"""The environment variables: their values, their defaults, and the sentences for wrong values."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit import config

import app
from dgviz import environment
from dgviz.cli.main import main

ROOT = Path(__file__).parents[1]
WRONG = [
    *(
        ("DGVIZ_RUNS_GB", value, "must be a number of gigabytes above 0; it was")
        for value in ("ten", "0", "-1", "nan", "inf", "1e300", "1,000")
    ),
    ("DGVIZ_ZIP_MB", "lots", "must be a number of megabytes above 0; it was 'lots'."),
    ("DGVIZ_ZIP_MB", "0", "must be a number of megabytes above 0; it was '0'."),
    *(
        ("DGVIZ_MAX_RUNS", value, f"must be a whole number of at least 1; it was '{value}'.")
        for value in ("0", "-1", "two", "1.5")
    ),
    ("DGVIZ_RUNS", __file__, "must be a folder; it was"),
    ("DGVIZ_RUNS", f"{__file__}/below", "must be a folder; it was"),
    ("DGVIZ_CACHE", "~nobody-of-this-name/x", "there is no such user."),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_a_wrong_value_is_reported_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    message: str,
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(environment.VariableError, match=name):
        environment.check()
    # Any command reports it first.
    assert main(["knobs"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"{name} ") and message in captured.err
    assert len(captured.err.splitlines()) == 1


def test_unset_variables_have_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, ""):
        for name in ("RUNS", "RUNS_GB", "ZIP_MB", "MAX_RUNS", "CACHE"):
            if value is None:
                monkeypatch.delenv(f"DGVIZ_{name}", raising=False)
            else:
                monkeypatch.setenv(f"DGVIZ_{name}", value)
        assert environment.runs_folder().parts[-2:] == ("dgviz", "runs")
        assert environment.runs_bytes() == 10 * 10**9
        assert environment.zip_bytes() == 256 * 2**20
        assert environment.most_runs() >= 1
        assert "dgviz" in environment.cache_folder().name


def test_set_variables_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path / "here"))
    assert environment.runs_folder() == tmp_path / "here"
    monkeypatch.setenv("DGVIZ_RUNS", "~/there")
    assert environment.runs_folder() == Path.home() / "there"
    for text in (" 0.5 ", "0,5", "5e-1"):
        monkeypatch.setenv("DGVIZ_RUNS_GB", text)
        assert environment.runs_bytes() == 5 * 10**8
    monkeypatch.setenv("DGVIZ_ZIP_MB", "1024")
    assert environment.zip_bytes() == 2**30
    monkeypatch.setenv("DGVIZ_MAX_RUNS", "3")
    assert environment.most_runs() == 3


def test_the_page_accepts_a_zip_as_large_as_an_import_does(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: dict[str, int] = {}
    monkeypatch.setattr(config, "set_option", taken.__setitem__)
    monkeypatch.setenv("DGVIZ_ZIP_MB", "1024")
    app.check_environment()
    # A zip is a little larger than its content.
    assert taken == {"server.maxUploadSize": 1025}


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (["app.py"], "streamlit run app.py"),
        (
            ["-m", "streamlit", "run", "app.py", "--server.headless", "true"],
            "DGVIZ_RUNS_GB must be a number of gigabytes above 0; it was 'ten'.",
        ),
    ],
)
def test_a_server_that_cannot_start_reports_why(start: list[str], message: str) -> None:
    done = subprocess.run(
        [sys.executable, *start],
        cwd=ROOT,
        env={**os.environ, "DGVIZ_RUNS_GB": "ten"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert message in done.stderr and "Traceback" not in done.stderr
