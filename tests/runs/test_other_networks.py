"""Methods with other layers and tensors than those of the catalogue, through all that runs do."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from short_runs import train
from starlette.requests import Request
from torch import Tensor, nn

from dgviz.live import playback
from dgviz.methods.catalogue import METHODS
from dgviz.methods.method import AutogradMethod, LayerView, sequential_views
from dgviz.methods.spec import MethodSpec
from dgviz.runs.archive import export_zip, import_zip
from dgviz.runs.contents import RunsError
from dgviz.runs.faithfulness.examination import examine
from dgviz.runs.recording.session import TrainingSession
from dgviz.runs.report import report_html
from dgviz.runs.snapshot_blob import arrays, inflated
from dgviz.runs.snapshots import KINDS
from dgviz.runs.store import Store
from dgviz.settings import COMMON, KNOBS, Settings
from dgviz.training.checkpoint import CheckpointError

RUN = "0123456789ab"


class Deep(AutogradMethod):
    """A network with two hidden layers of different widths."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        inputs, hidden, classes = sizes
        shapes = pairwise((inputs, hidden, 3 * hidden, classes))
        self._linears = [nn.Linear(fan_in, out) for fan_in, out in shapes]
        first, second, last = self._linears
        self.model = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), last)

    def layers(self) -> list[LayerView]:
        return sequential_views(self._linears)


class Counting(AutogradMethod):
    """A network that counts its forward passes in training, and has a table of doubles."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        inputs, hidden, classes = sizes
        self._linears = [_Counting(inputs, hidden), _Counting(hidden, classes)]
        self.model = nn.Sequential(self._linears[0], nn.ReLU(), self._linears[1])

    def layers(self) -> list[LayerView]:
        return sequential_views(self._linears)


class _Counting(nn.Linear):
    passes: Tensor

    def __init__(self, fan_in: int, out: int) -> None:
        super().__init__(fan_in, out)
        self.register_buffer("passes", torch.zeros((), dtype=torch.int64))
        self.register_buffer("table", torch.zeros(2, 3, 5, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.passes += 1
        return super().forward(x)


class Shortcut(AutogradMethod):
    """A network whose image reaches the classes past the hidden layer too."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        self.model = _Shortcut(*sizes)

    def layers(self) -> list[LayerView]:
        views = sequential_views(list(self.model.children()))
        return [*views[:2], views[2]._replace(source="")]


class _Shortcut(nn.Module):
    def __init__(self, inputs: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, hidden)
        self.last = nn.Linear(hidden, classes)
        self.past = nn.Linear(inputs, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.first(x).relu()) + self.past(x)


OTHERS = {kind.__name__.lower(): kind for kind in (Deep, Counting, Shortcut)}


@pytest.fixture(autouse=True)
def in_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in OTHERS.items():
        implementation = f"{__name__}:{kind.__name__}"
        spec = MethodSpec(name, name, "For a test.", implementation, masks=False)
        monkeypatch.setitem(METHODS, name, spec)
    method = replace(COMMON["method"], choices=tuple(METHODS))
    for knobs in (COMMON, KNOBS):
        monkeypatch.setitem(knobs, "method", method)


def replayed(store: Store, kind: str, step: int, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A snapshot of the run as the browser's replay gets it."""
    run = SimpleNamespace(id=RUN, token="token")
    hub = SimpleNamespace(store=store, find=lambda run_id: run)
    monkeypatch.setattr(playback, "the_hub", lambda: hub)
    path = {"run_id": RUN, "kind": kind, "step": str(step)}
    request = {"type": "http", "query_string": b"token=token", "path_params": path}
    return inflated(playback.snapshot(Request(request)).body)


def recorded(root: Path, method: str) -> Store:
    """A finished run of a method on the real MNIST, stopped and resumed once; 9 steps."""
    store = Store(root)
    settings = Settings.from_dict(
        {"method": method, "hidden": 8, "epochs": 1, "batch_size": 6000, "device": "cpu"}
    )
    session = TrainingSession.new(store, RUN, settings, parent=None)
    session.end("stopped", snapshot=train(session, last_step=4))
    session = TrainingSession.resumed(store, RUN)
    session.end("finished", snapshot=train(session))
    assert session.warning == ""
    return store


@pytest.mark.parametrize("method", OTHERS)
def test_it_is_recorded_resumed_exported_imported_and_replayed(
    tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = recorded(tmp_path / "runs", method).record(RUN)
    exported = export_zip(record)
    assert (exported.left_out, record.damage()) == ((), ())
    store = Store(tmp_path / "elsewhere")
    arrived, left_out = import_zip(store, exported.content)
    assert left_out == () and arrived.damage() == ()
    assert "<table" in report_html(arrived)
    for kind in KINDS:
        for snapshot in record.snapshots().of(kind):
            tensors, _ = arrays(replayed(store, kind, snapshot.step, monkeypatch))
            layers = sum(name.startswith(("masks.", "weights.")) for name in tensors)
            assert layers == (2 if method == "counting" else 3)


@pytest.mark.parametrize("method", ["deep", "counting"])
def test_the_pixels_of_a_chain_of_layers_are_ranked(tmp_path: Path, method: str) -> None:
    findings = examine(recorded(tmp_path, method).record(RUN).folder, None)
    assert {curves.ranking for curves in findings.curves} == {"path", "ink", "random"}


def test_the_pixels_of_another_network_are_not_ranked(tmp_path: Path) -> None:
    store = recorded(tmp_path, "shortcut")
    with pytest.raises(RunsError, match=r"each layer's inputs .* that of shortcut is another"):
        examine(store.record(RUN).folder, None)


def test_a_checkpoint_of_another_network_is_refused_when_the_run_is_resumed(
    tmp_path: Path,
) -> None:
    """An import accepts it: only the method knows its tensors."""
    store = recorded(tmp_path, "deep")
    folder = store.record(RUN).folder
    settings = store.record(RUN).settings
    assert settings is not None
    other = settings.with_changes(method="counting")
    session = TrainingSession.new(store, "b" * 12, other, parent=None)
    session.end("stopped", snapshot=train(session, last_step=4))
    content = (folder / "checkpoint.safetensors").read_bytes()
    (store.record("b" * 12).folder / "checkpoint.safetensors").write_bytes(content)
    assert export_zip(store.record("b" * 12)).left_out == ()
    resumed = TrainingSession.resumed(store, "b" * 12)
    with pytest.raises(CheckpointError, match="another kind of network"):
        train(resumed)
    resumed.end("failed")
