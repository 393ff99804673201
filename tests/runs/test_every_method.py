"""Every method of the catalogue supports recorded runs; trained on a tenth of the real MNIST."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from short_runs import quick, train

from dgviz.compaction import recorded
from dgviz.compaction.recipe import Recipe
from dgviz.compaction.recorded import compact_run
from dgviz.comparison.right_answers import right_classes
from dgviz.data.sets import load
from dgviz.methods.catalogue import METHODS
from dgviz.methods.method import build
from dgviz.runs.archive import export_zip, import_zip
from dgviz.runs.contents import RunsError
from dgviz.runs.drawing import run_curves
from dgviz.runs.faithfulness import examination
from dgviz.runs.faithfulness.examination import examine
from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.predictions import predicted_classes
from dgviz.runs.recorded_gates import gates_of
from dgviz.runs.recording import session
from dgviz.runs.recording.session import TrainingSession
from dgviz.runs.report import report_html
from dgviz.runs.snapshot_blob import last_blob
from dgviz.runs.store import Store
from dgviz.runs.tables import metrics_frame
from dgviz.settings import Settings
from dgviz.training.checkpoint import restore_model, unpack_checkpoint

BROKEN, WHOLE = "b" * 12, "a" * 12


def settings_of(method: str) -> Settings:
    """9 steps an epoch."""
    common = {"hidden": 32, "epochs": 2, "batch_size": 600, "validation": 600, "device": "cpu"}
    common["learning_rate"] = 0.01
    settings = Settings.from_preset("sparse", method=method, **common, **quick(method))
    return settings.with_changes(tau_schedule="warmup", beta_schedule="ramp", warmup=0.8)


@pytest.fixture(scope="module")
def a_tenth() -> Iterator[None]:
    """Train and test on 6,000 and 1,000 images, because training is most of the time."""
    mnist = load("mnist")
    small = replace(
        mnist,
        train_images=mnist.train_images[:6000],
        train_labels=mnist.train_labels[:6000],
        test_images=mnist.test_images[:1000],
        test_labels=mnist.test_labels[:1000],
    )
    with pytest.MonkeyPatch.context() as patch:
        for module in (session, examination, recorded):
            patch.setattr(module, "load", lambda name: small)
        yield


@pytest.fixture(scope="module", params=METHODS)
def store(
    a_tenth: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Store:
    """Two finished runs of a method: one uninterrupted, one killed and resumed."""
    store, settings = Store(tmp_path_factory.mktemp(request.param)), settings_of(request.param)
    whole = TrainingSession.new(store, WHOLE, settings, parent=None)
    whole.end("finished", snapshot=train(whole))
    broken = TrainingSession.new(store, BROKEN, settings, parent=None)
    broken.pause(train(broken, last_step=13))
    assert broken.recorder is not None
    # Release the files and the lock, as a killed process does.
    broken.recorder._held.close()
    resumed = TrainingSession.resumed(store, BROKEN)
    resumed.end("finished", snapshot=train(resumed))
    return store


def test_a_killed_and_resumed_run_has_the_numbers_of_an_uninterrupted_one(store: Store) -> None:
    whole, broken = store.record(WHOLE), store.record(BROKEN)
    assert whole.log() == broken.log() and whole.damage() == broken.damage() == ()
    same = [(record.folder / CHECKPOINT).read_bytes() for record in (whole, broken)]
    assert same[0] == same[1]
    assert whole.figures == broken.figures and len(broken.sessions) == 2


def test_its_predictions_are_those_of_its_accuracy(store: Store) -> None:
    whole, broken = store.record(WHOLE), store.record(BROKEN)
    labels, classes = right_classes(store, "mnist"), predicted_classes(whole)
    assert labels is not None and classes is not None
    assert (classes == labels).mean() == pytest.approx(whole.figures["test_accuracy"])
    assert np.array_equal(classes, predicted_classes(broken))


def test_it_learns(store: Store) -> None:
    """A few steps on a tiny network; guessing gives 0.1."""
    assert store.record(WHOLE).figures["test_accuracy"] > 0.5


def test_its_last_snapshot_has_the_masks_of_its_network(store: Store) -> None:
    record = store.record(WHOLE)
    gates = gates_of(last_blob(record.snapshots(), "gates") or b"")
    assert record.settings is not None
    method = build(record.settings, (784, record.settings.hidden_units, 10))
    checkpoint = unpack_checkpoint((record.folder / CHECKPOINT).read_bytes())
    restore_model(checkpoint, method.model)
    method.set_tau(gates.tau)
    masks = [layer.mask.numpy() for layer in method.layers()]
    assert all(map(np.array_equal, gates.masks, masks)) and len(gates.masks) == len(masks)
    assert sum(int(mask.sum()) for mask in masks) == record.figures["active_weights"] > 0


def test_its_events_are_logged_and_marked(store: Store) -> None:
    record = store.record(WHOLE)
    events = record.events()
    assert all(entry["name"] and entry["text"] for entry in events)
    marks = [mark.text for mark in run_curves(record).marks]
    assert marks == [entry["text"] for entry in events]
    assert len(metrics_frame(record)) == 19


def test_it_is_exported_imported_and_reported_without_losses(store: Store, tmp_path: Path) -> None:
    exported = export_zip(store.record(BROKEN))
    assert exported.left_out == ()
    arrived, left_out = import_zip(Store(tmp_path), exported.content)
    assert left_out == ()
    assert arrived.damage() == () and arrived.log() == store.record(BROKEN).log()
    page = report_html(arrived)
    assert arrived.settings.spec.title.lower() in page.lower()


def test_its_pixels_are_ranked_and_tested(store: Store) -> None:
    if store.record(WHOLE).settings.spec.routes:
        with pytest.raises(RunsError, match="not offered"):
            examine(store.record(WHOLE).folder, None)
        return
    findings = examine(store.record(WHOLE).folder, None)
    rankings = [curves.ranking for curves in findings.curves]
    # A short run may not have closed any gate.
    assert ("retention" in rankings) == findings.counts_differ
    assert findings.counts_differ <= store.record(WHOLE).settings.spec.masks
    assert {"path", "ink", "random"} <= set(rankings)


def test_its_compact_network_is_the_same(store: Store) -> None:
    record = store.record(WHOLE)
    assert record.settings is not None
    if record.settings.spec.routes:
        with pytest.raises(RunsError, match="routes each image"):
            compact_run(record.folder)
        return
    made = compact_run(record.folder)
    assert made.check.passed and made.check.different_predictions == 0
    for measured in (made, *made.stages):
        assert measured.test_accuracy == record.figures["test_accuracy"]
        assert measured.validation_accuracy == record.figures["validation_accuracy"]
    assert made.gated.connections <= record.figures["active_weights"]
    tuned = compact_run(record.folder, Recipe(fan_in="mean", epochs=1))
    assert tuned.check.passed and tuned.stages[0] == made.stages[0]
    assert tuned.stages[2].validation_accuracy > tuned.stages[1].validation_accuracy - 0.02
