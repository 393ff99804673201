"""Recorded snapshots over HTTP: sent as they are stored, and only with the run's token."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from fake_worker import FakeWorker
from safetensors.numpy import save
from starlette.applications import Starlette
from starlette.routing import Mount
from waiting import TINY

from dgviz.live import playback
from dgviz.live.hub import Hub
from dgviz.runs import digits, snapshots
from dgviz.runs.layout import LARGEST_DIGITS, LARGEST_SNAPSHOT
from dgviz.runs.snapshots import SnapshotWriter

RUN = "0123456789ab"
CARD = {
    "phase": "stopped",
    "step": 20,
    "steps_per_epoch": 10,
    "epoch": 2.0,
    "created": "2026-01-01T00:00:00+00:00",
}


@pytest.fixture
def hub(make_hub: Callable[[int], Hub], monkeypatch: pytest.MonkeyPatch) -> Hub:
    hub = make_hub(1)
    monkeypatch.setattr(playback, "the_hub", lambda: hub)
    return hub


@pytest.fixture
def folder(hub: Hub) -> Path:
    """A stopped run with gates at steps 0 to 20 and weights at every fourth step."""
    folder = hub.store.root / RUN
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(json.dumps(TINY.as_dict()))
    (folder / "card.json").write_text(json.dumps(CARD))
    snapshots = SnapshotWriter(folder / "snapshots.bin", -1)
    for step in range(21):
        for kind in ("gates", "weights"):
            if snapshots.is_due(kind, step):
                snapshots.append(kind, step, step, blob(kind, step))
    snapshots.close()
    return folder


def blob(kind: str, step: int) -> bytes:
    return save({f"{kind} at {step}": np.arange(256, dtype=np.uint8)})


def ask(hub: Hub, path: str, token: str | None = None) -> httpx.Response:
    """The answer of the routes; a snapshot is decompressed, as by a browser."""

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(
            Starlette(routes=[Mount("/dgviz", routes=playback.routes())])
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://dgviz") as client:
            shown = hub.find(RUN).token if token is None else token
            return await client.get(f"/dgviz/runs/{path}", params={"token": shown})

    # After browser tests, Playwright leaves a loop running in the main thread.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, get()).result()


def message(answer: httpx.Response) -> str:
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()["message"]


def test_the_timeline_lists_the_recorded_snapshots(hub: Hub, folder: Path) -> None:
    answer = ask(hub, f"{RUN}/timeline")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "run": RUN,
        "steps_per_epoch": 10,
        "epochs": 2,
        "damage": "",
        "gates": list(range(21)),
        "weights": [0, 4, 8, 12, 16, 20],
    }


@pytest.mark.parametrize("kind", ["gates", "weights"])
def test_a_snapshot_is_sent_as_it_is_stored(hub: Hub, folder: Path, kind: str) -> None:
    answer = ask(hub, f"{RUN}/{kind}/8")
    assert answer.status_code == 200
    assert answer.content == blob(kind, 8)
    assert answer.headers["content-encoding"] == "deflate"
    assert int(answer.headers["content-length"]) == len(
        hub.store.record(RUN).snapshots().read(kind, 8)
    )
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["timeline", "gates/8"])
@pytest.mark.parametrize("token", ["", "wrong", "ü" * 30])
def test_without_the_token_nothing_is_shown(hub: Hub, folder: Path, path: str, token: str) -> None:
    answer = ask(hub, f"{RUN}/{path}", token)
    assert answer.status_code == 403
    assert "key for the run is no longer valid" in message(answer)


@pytest.mark.parametrize("run", ["ba9876543210", "..%2f..%2fetc", "0123456789AB", "x" * 5000])
@pytest.mark.parametrize("path", ["timeline", "gates/8"])
def test_an_unknown_run_is_named(hub: Hub, folder: Path, run: str, path: str) -> None:
    answer = ask(hub, f"{run}/{path}")
    if "%" in run:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 410
        words = "There is no run" if run == "ba9876543210" else "is not a run's id"
        assert words in message(answer)


@pytest.mark.parametrize("path", ["timeline", "gates/8", "digits"])
def test_a_run_that_is_deleted_while_it_is_viewed_is_not_found(
    hub: Hub, folder: Path, path: str
) -> None:
    token = hub.find(RUN).token
    assert ask(hub, f"{RUN}/gates/8", token).status_code == 200
    hub.store.delete(RUN)
    answer = ask(hub, f"{RUN}/{path}", token)
    assert answer.status_code == 410
    assert "has been deleted" in message(answer)


@pytest.mark.parametrize(
    "snapshot",
    [
        "gates/999",
        "weights/1",
        "facts/0",
        "gates/-1",
        "gates/1e1",
        "gates/²",
        "gates/" + "9" * 5000,
    ],
)
def test_a_missing_snapshot_is_not_found(hub: Hub, folder: Path, snapshot: str) -> None:
    answer = ask(hub, f"{RUN}/{snapshot}")
    assert answer.status_code == 404
    assert message(answer).startswith("There are no ")


def test_a_snapshot_that_inflates_too_far_is_not_sent(hub: Hub, folder: Path) -> None:
    snapshots = SnapshotWriter(folder / "snapshots.bin", 20)
    snapshots.append("gates", 21, 21, bytes(LARGEST_SNAPSHOT + 1))
    snapshots.close()
    path = digits.path_of(hub.store.root, "mnist")
    path.parent.mkdir()
    path.write_bytes(zlib.compress(bytes(LARGEST_DIGITS + 1)))
    for asked in (f"{RUN}/gates/21", f"{RUN}/digits"):
        answer = ask(hub, asked)
        assert answer.status_code == 404
        assert message(answer).endswith("it is torn or too large.")


def test_a_damaged_snapshot_does_not_affect_the_others(hub: Hub, folder: Path) -> None:
    path = folder / "snapshots.bin"
    damaged = next(m for m in hub.store.record(RUN).snapshots().of("gates") if m.step == 8)
    content = bytearray(path.read_bytes())
    content[damaged.offset + 9] ^= 1
    path.write_bytes(content)
    answer = ask(hub, f"{RUN}/gates/8")
    assert answer.status_code == 404
    assert message(answer) == "The gates recorded at step 8 are damaged."
    assert ask(hub, f"{RUN}/gates/9").content == blob("gates", 9)
    assert 8 in ask(hub, f"{RUN}/timeline").json()["gates"]


def test_lost_bytes_are_reported(hub: Hub, folder: Path) -> None:
    path = folder / "snapshots.bin"
    path.write_bytes(path.read_bytes()[:-10])
    timeline = ask(hub, f"{RUN}/timeline").json()
    assert "damaged bytes" in timeline["damage"]
    assert timeline["gates"] == list(range(21))
    assert timeline["weights"] == [0, 4, 8, 12, 16]


def test_a_run_that_is_not_recorded_has_no_snapshots(
    hub: Hub, workers: list[FakeWorker], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = hub.start(TINY)
    timeline = ask(hub, f"{run.id}/timeline", run.token)
    assert timeline.status_code == 200
    assert timeline.json() == {"run": run.id, "damage": "", "gates": [], "weights": []}
    assert ask(hub, f"{run.id}/gates/0", run.token).status_code == 410


def test_a_recording_that_cannot_be_read_is_reported(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> Any:
        raise PermissionError(13, "Permission denied", str(path))

    token = hub.find(RUN).token
    monkeypatch.setattr(snapshots, "open_file", refuse)
    timeline = ask(hub, f"{RUN}/timeline", token).json()
    assert timeline["gates"] == []
    assert timeline["damage"] == "snapshots.bin cannot be read (Permission denied)."
    assert ask(hub, f"{RUN}/gates/8", token).status_code == 404


def test_the_test_images_are_those_of_the_runs_data_set(hub: Hub, folder: Path) -> None:
    absent = ask(hub, f"{RUN}/digits")
    assert absent.status_code == 404
    assert message(absent) == "The test images are saved when the first run on them is recorded."
    digits.save(hub.store.root, "mnist", lambda: zlib.compress(blob("digits", 0)))
    answer = ask(hub, f"{RUN}/digits")
    assert "max-age" in answer.headers["cache-control"]
    assert (answer.status_code, answer.content) == (200, blob("digits", 0))
    assert ask(hub, f"{RUN}/digits", token="wrong").status_code == 403
