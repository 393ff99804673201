"""How images are routed, as an evaluation measures it and a snapshot and a checkpoint hold it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import torch

from dgviz.data.split import Splits
from dgviz.runs.log import as_lines, log_of
from dgviz.runs.snapshot_blob import arrays
from dgviz.settings import Settings
from dgviz.training.blob import pack
from dgviz.training.checkpoint import (
    Checkpoint,
    CheckpointError,
    pack_checkpoint,
    unpack_checkpoint,
)
from dgviz.training.loop import train
from dgviz.training.routing import Routing, measure_routing
from dgviz.training.snapshot import Snapshot, log_entries, pack_gates

SMALL: dict[str, Any] = {"hidden": 8, "batch_size": 16, "learning_rate": 0.1, "device": "cpu"}
SETTINGS = Settings(method="mixture", epochs=2, **SMALL)


class Unequal:
    """A method with two routes, of which the second costs more, and three classes."""

    routes = ("first", "second")

    def layers(self) -> list[Any]:
        return [type("Layer", (), {"bias": torch.zeros(3)})]

    def routing(self, images: torch.Tensor) -> torch.Tensor:
        second = images[:, 0]
        return torch.stack([1 - second, second], 1)

    def cost(self, images: torch.Tensor) -> torch.Tensor:
        return 10 + (images[:, 0] > 0.5) * 5


def last(data: Splits, settings: Settings = SETTINGS) -> Snapshot:
    return list(train(settings, data))[-1]


def test_shares_are_means_over_the_images_of_a_class_and_macs_over_all() -> None:
    images, labels = torch.tensor([[1.0], [0.0], [0.25], [1.0]]), torch.tensor([0, 0, 2, 2])
    found = measure_routing(Unequal(), images, labels)  # type: ignore[arg-type]
    assert found == Routing(((0.5, 0.5), (0.0, 0.0), (0.375, 0.625)), (0.4375, 0.5625), 4, 12.5)


def test_more_images_than_fit_into_a_batch() -> None:
    images, labels = torch.ones(2500, 1), torch.ones(2500, dtype=torch.int64)
    found = measure_routing(Unequal(), images, labels)  # type: ignore[arg-type]
    assert found == Routing(((0.0, 0.0), (0.0, 1.0), (0.0, 0.0)), (0.0, 1.0), 2500, 15.0)


def test_it_is_that_of_the_validation_images_or_else_of_the_test_images(tiny: Splits) -> None:
    snapshot = last(tiny)
    validation = measure_routing(snapshot.method, *_unit(tiny.validation_images, tiny))
    assert snapshot.evaluation.routing == validation and validation.images == 15
    none = replace(
        tiny,
        validation_images=tiny.validation_images[:0],
        validation_labels=tiny.validation_labels[:0],
    )
    routing = last(none).evaluation.routing
    assert routing is not None and routing.images == 30


def _unit(images: torch.Tensor, data: Splits) -> tuple[torch.Tensor, torch.Tensor]:
    return images.float() / 255, data.validation_labels


def test_a_snapshot_names_layers_and_routes(tiny: Splits) -> None:
    snapshot = last(tiny)
    _, figures = arrays(pack_gates(snapshot, {}))
    assert figures["layers"][:2] == [
        {"name": "router", "source": ""},
        {"name": "expert 1", "source": ""},
    ]
    assert figures["layers"][-1] == {"name": "expert 4 output", "source": "expert 4"}
    assert figures["routing"]["routes"] == [f"expert {i}" for i in (1, 2, 3, 4)]
    assert figures["routing"]["images"] == 15
    for row in (*figures["routing"]["by_class"], figures["routing"]["mean"]):
        assert sum(row) == pytest.approx(1)
    assert figures["macs_per_input"] == figures["macs"] == snapshot.figures["macs"]
    assert "routing" not in snapshot.figures


def test_a_chain_has_layers_and_no_routes(tiny: Splits) -> None:
    snapshot = last(tiny, Settings(method="dense", epochs=1, **SMALL))
    _, figures = arrays(pack_gates(snapshot, {}))
    assert figures["layers"] == [{"name": "0", "source": ""}, {"name": "1", "source": "0"}]
    assert "routing" not in figures and "macs_per_input" not in figures


def test_the_macs_of_the_log_are_the_mean_of_the_newest_evaluation(tiny: Splits) -> None:
    for snapshot in train(SETTINGS, tiny):
        if snapshot.metrics:
            routing = snapshot.evaluation.routing
            assert routing is not None
            assert snapshot.metrics.macs == round(routing.macs_per_input)


def test_the_log_has_the_mean_shares_of_each_evaluation(tiny: Splits) -> None:
    for snapshot in train(SETTINGS, tiny):
        logged = [entry for entry in log_entries(snapshot) if entry["kind"] == "routing"]
        if snapshot.metrics is None or snapshot.metrics.test_accuracy is None:
            assert logged == []
            continue
        routing = snapshot.evaluation.routing
        assert routing is not None
        place = {"step": snapshot.step, "epoch": snapshot.epoch}
        assert logged == [{"kind": "routing", **place, "shares": list(routing.mean)}]
        assert log_of(as_lines(logged)).problems == ()


def test_a_checkpoint_holds_the_routing_exactly(tiny: Splits) -> None:
    checkpoint = last(tiny).checkpoint()
    assert checkpoint.evaluation.routing is not None
    assert unpack_checkpoint(pack_checkpoint(checkpoint)).evaluation == checkpoint.evaluation


def _changed(checkpoint: Checkpoint, routing: Any) -> bytes:
    """The blob of a checkpoint with another routing; "absent" leaves it out."""
    blob = pack_checkpoint(checkpoint)
    tensors = {f"model.{name}": tensor for name, tensor in checkpoint.model.items()}
    for name, state in checkpoint.optimiser.items():
        tensors |= {f"optimiser.{name}.{key}": tensor for key, tensor in state.items()}
    tensors |= {"generator": checkpoint.generator, "order": checkpoint.order}
    _, counters = arrays(blob)
    evaluation = dict(counters["evaluation"], routing=routing)
    if routing == "absent":
        del evaluation["routing"]
    return pack(tensors, {**counters, "evaluation": json.loads(json.dumps(evaluation))})


def test_a_checkpoint_of_an_earlier_version_has_no_routing(tiny: Splits) -> None:
    read = unpack_checkpoint(_changed(last(tiny).checkpoint(), "absent"))
    assert read.evaluation.routing is None


@pytest.mark.parametrize(
    "routing",
    [
        {"by_class": [[0.5, 1.5]], "mean": [0.5, 0.5], "images": 15, "macs_per_input": 9},
        {"by_class": [[0.5, None]], "mean": [0.5, 0.5], "images": 15, "macs_per_input": 9},
        {"by_class": [[0.5, 0.5]], "mean": [0.5, 0.5], "images": -1, "macs_per_input": 9},
        {"by_class": [[0.5, 0.5]], "mean": [0.5, 0.5], "images": 15, "macs_per_input": 1e999},
        {"by_class": [[0.5, 0.5]], "mean": [0.5, 0.5], "images": 15},
        {"by_class": [[0.5, 0.5]], "mean": [2, 0], "images": 15, "macs_per_input": 9},
        [1],
    ],
)
def test_a_checkpoint_with_a_damaged_routing_is_refused(tiny: Splits, routing: Any) -> None:
    with pytest.raises(CheckpointError, match="damaged"):
        unpack_checkpoint(_changed(last(tiny).checkpoint(), routing))


def test_a_checkpoint_with_other_routes_is_refused(tiny: Splits) -> None:
    routing = {"by_class": [[0.5, 0.5]] * 3, "mean": [0.5, 0.5], "images": 15, "macs_per_input": 9}
    checkpoint = unpack_checkpoint(_changed(last(tiny).checkpoint(), routing))
    with pytest.raises(CheckpointError, match="other routes"):
        next(train(SETTINGS, tiny, checkpoint=checkpoint))
