"""`pip install .` installs all files that dgviz needs, and the command `dgviz`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

import dgviz
from dgviz.cli import app
from dgviz.cli.main import main
from dgviz.web import files

ROOT = Path(__file__).parents[1]
INFO = f"dgviz-{dgviz.__version__}.dist-info"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the content of the wheel, outside this clone."""
    place = tmp_path_factory.mktemp("wheel")
    # Not with pip, which would download the build tools instead of using the installed ones.
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (wheel,) = place.glob("*.whl")
    with ZipFile(wheel) as file:
        file.extractall(place / "installed")
    return place / "installed"


def files_below(folder: Path) -> set[str]:
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return {path.as_posix() for path in files if "__pycache__" not in path.parts}


def test_a_wheel_has_the_whole_package_and_the_server(installed: Path) -> None:
    package, server = files_below(ROOT / "dgviz"), installed / "dgviz" / "_app"
    assert {"py.typed", "data/mnist/train-images-idx3-ubyte.gz"} <= package
    assert files_below(installed / "dgviz") - package == {
        f"_app/{path}" for path in files_below(server)
    }
    assert package <= files_below(installed / "dgviz")
    pages = {f"pages/{path}" for path in files_below(ROOT / "pages")}
    assert files_below(server) == {"app.py", ".streamlit/config.toml", *pages}
    assert {path.name for path in installed.iterdir()} == {"dgviz", INFO}


def test_it_requires_the_versions_that_a_clone_is_tested_with(installed: Path) -> None:
    metadata = message_from_string((installed / INFO / "METADATA").read_text(encoding="utf-8"))
    assert metadata["Version"] == dgviz.__version__
    asked = [Requirement(text) for text in metadata.get_all("Requires-Dist") or []]

    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line for line in lines if line and not line.startswith(("#", "-"))}

    def required(extra: str) -> set[str]:
        """What is required with this extra, or for "" always."""
        marker = f'extra == "{extra}"' if extra else "None"
        return {f"{one.name}{one.specifier}" for one in asked if str(one.marker) == marker}

    assert required("") == pins("requirements.txt")
    assert required("dev") == pins("requirements-dev.txt")
    assert required("inference") == pins("requirements-inference.txt")
    assert len(
        set().union(*map(required, ("", "dev", "inference", "dask", "ray", "halving")))
    ) == len(asked)


def test_its_command_is_the_modules_under_its_own_name(installed: Path, tmp_path: Path) -> None:
    written = (installed / INFO / "entry_points.txt").read_text(encoding="utf-8")
    assert written.split() == ["[console_scripts]", "dgviz", "=", "dgviz.__main__:run"]
    # The script that pip writes.
    command = tmp_path / "dgviz"
    command.write_text("import sys; from dgviz.__main__ import run; sys.exit(run())")
    done = subprocess.run(
        [sys.executable, "-P", str(command), "runs", "show"],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.endswith("; dgviz runs show --help shows the options.\n")


def test_it_serves_its_pages_from_any_folder(installed: Path, tmp_path: Path) -> None:
    # A module of the same name in the current folder must not be imported instead of ours.
    (tmp_path / "app.py").write_text("raise SystemExit('the wrong app.py')")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    start = "import sys; from dgviz.__main__ import run; sys.exit(run())"
    options = ["app", "--port", str(port), "--", "--server.headless", "true"]
    output = tmp_path / "output"
    with output.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", start, *options],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed), "HOME": str(tmp_path)},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while fetched(f"{address}/_stcore/health") != b"ok":
            assert process.poll() is None and time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)
        assert b"export" in fetched(f"{address}/{files.address('dgviz.js')}")
    finally:
        process.terminate()
        process.wait(30)
    # `server.address` of .streamlit/config.toml is used; Streamlit's default is every address.
    assert f"URL: {address}" in output.read_text()


def fetched(address: str) -> bytes:
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address, timeout=5) as answer:
            content: bytes = answer.read()
            return content
    except OSError:
        return b""


def test_a_clone_starts_its_own_server() -> None:
    parser = ArgumentParser()
    app.add_arguments(parser)
    given = ["--port", "8600", "--runs", "here", "--", "--server.address", "0.0.0.0"]
    command = app.server_command(parser.parse_args(given))
    ours = ["--server.port", "8600", "--server.address", "0.0.0.0", "--", "--runs", "here"]
    assert command[command.index("run") + 1 :] == [str(ROOT / "app.py"), *ours]


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "8.5"])
def test_a_port_is_a_number(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", "--port", port]) == 2
    assert f"whole number from 1 to 65535, not '{port}'" in capsys.readouterr().err
