"""A run's state at one step, and its layout as bytes.

A packed snapshot is a safetensors blob (`blob.py`), which the browser draws. Everything that is not
a tensor is JSON under the metadata key `dgviz`. There are four kinds:

    gates    masks.0, masks.1 …      uint8 (bytes,)     the mask of each layer, eight connections a
                                                        byte (`mask_bits.py`)
             scores.0, scores.1 …    uint8 (out, in)    the method's scores of its connections, if
                                                        it has any
             and as JSON: `shapes`   [[out, in], …]     of the layers
             `scores`                the name of the method's scores, "" if it has none
             `preview`               whether connections with a score above tau are active
             `prunes`                whether the method removes connections
             `score_counts`          number of connections with each score byte, without scores.*
             `layers`                `name` and `source` of each layer: the layer whose units
                                     are its inputs, "" for the image
             and for a method with routes, as of the newest evaluation:
             `routing`               `routes`, their names; `by_class`, for each class the mean
                                     share of each route, zeros for a class without images;
                                     `mean`, that of all images; and `images`, their number
             `macs_per_input`        the mean number of multiply-accumulates for an image
    weights  weights.0, weights.1 …  float16 (out, in)  the weights before masking
             biases.0, biases.1 …    float32 (out,)
    facts    always_zero             uint8 (pixels,)    1 where no training image has ink
             class_means             uint8 (classes, pixels)  the mean training image of each class
    predictions
             classes                 uint8 (n,)         the class given to each test image
    digits   images, labels          uint8 (n, pixels), uint8 (n,)  the test images

The masks are those that the network was run with. A score p in [0, 1] is the byte ceil(200 p): how
many of the 200 steps of the tau slider lie below it. So at tau = k/200 a connection is active in
training if its byte exceeds k, and a browser can preview every step of the slider exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from dgviz.methods.event import Event
from dgviz.methods.method import Method
from dgviz.training.blob import finite, pack
from dgviz.training.evaluate import Evaluation, HeldOut, predicted_classes
from dgviz.training.gate_state import GateState

if TYPE_CHECKING:
    from dgviz.training.checkpoint import Checkpoint


@dataclass(frozen=True)
class Metrics:
    """A point of the curves.

    Losses are mean cross-entropies in nats, accuracies fractions; None where not evaluated. The
    training figures are means over the batches since the point before. `macs` is for one image, the
    mean for a method with routes. `mean_gate_prob` is the mean score of all connections, None for a
    method without scores.
    """

    step: int
    epoch: float
    train_loss: float | None
    train_accuracy: float | None
    active_ratio: float
    active_weights: int
    macs: int
    mean_gate_prob: float | None
    test_accuracy: float | None
    test_loss: float | None
    validation_accuracy: float | None


@dataclass(frozen=True)
class KnobChange:
    """A live knob was set just before step `step` + 1.

    Attributes:
        calls_off: whether it cancelled planned moves of the knob; then `before` may equal `after`.
    """

    step: int
    epoch: float
    knob: str
    before: float
    after: float
    calls_off: bool = False


@dataclass(frozen=True)
class Snapshot:
    """A run after `step` steps. The tensors are those of the training, not copies.

    Attributes:
        beta: the knob's value, before any schedule's multiplier.
        tau: the threshold in effect, which the hard masks were made with.
        tau_knob: the knob's value; differs from `tau` only under a tau schedule.
        gates: masks, gate probabilities and their measures, each computed once.
        evaluation: the newest evaluation.
        metrics: at a log point, about ten in an epoch; None at the other steps.
        changes: knobs that were moved before this step.
        events: the method's events after this step.
        last_log_point: the number of the run's last log point; the one before the first step is 0.
        checkpoint: makes a checkpoint; call it before the next step.
    """

    step: int
    steps_per_epoch: int
    epochs: int
    beta: float
    tau: float
    tau_knob: float
    method: Method
    gates: GateState
    held_out: HeldOut
    evaluation: Evaluation
    metrics: Metrics | None
    changes: tuple[KnobChange, ...]
    events: tuple[Event, ...]
    last_log_point: int
    checkpoint: Callable[[], Checkpoint]

    @property
    def epoch(self) -> float:
        """Epochs done, with their fraction."""
        return self.step / self.steps_per_epoch

    @property
    def figures(self) -> dict[str, float | None]:
        """The figures of the evaluation and of the masks, by their names in a run's card."""
        evaluated = asdict(self.evaluation)
        del evaluated["routing"]
        macs = macs_per_image(self.gates, self.evaluation)
        return evaluated | asdict(self.gates.measures) | {"macs": macs}

    @property
    def has_log_entries(self) -> bool:
        """Whether there are log entries."""
        return bool(self.metrics or self.changes or self.events)

    @property
    def finished(self) -> bool:
        """Whether the run's last step has been taken."""
        return self.step == self.epochs * self.steps_per_epoch


def macs_per_image(gates: GateState, evaluation: Evaluation) -> int:
    """Multiply-accumulates for an image; for a method with routes the mean, rounded."""
    routing = evaluation.routing
    return gates.measures.macs if routing is None else round(routing.macs_per_input)


def log_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The log entries of a snapshot, as JSON-able values."""
    entries: list[dict[str, Any]] = [
        {
            "kind": "knob",
            "step": change.step,
            "epoch": change.epoch,
            "knob": change.knob,
            "from": change.before,
            "to": change.after,
            **({"calls_off": True} if change.calls_off else {}),
        }
        for change in snapshot.changes
    ]
    place = {"step": snapshot.step, "epoch": snapshot.epoch}
    entries += [
        {"kind": "event", **place, "name": event.name, "text": event.text}
        for event in snapshot.events
    ]
    if snapshot.metrics:
        entries.append({"kind": "metrics", **asdict(snapshot.metrics)})
        routing = snapshot.evaluation.routing
        if routing and snapshot.metrics.test_accuracy is not None:
            entries.append({"kind": "routing", **place, "shares": list(routing.mean)})
    return [finite(entry) for entry in entries]


@torch.no_grad()
def pack_gates(snapshot: Snapshot, extra: Mapping[str, Any], *, scores: bool = True) -> bytes:
    """Pack the gates of a snapshot with its figures.

    Args:
        extra: added to the JSON metadata.
        scores: whether to pack the gate probabilities too, where the method has any. They take
            eight times as many bytes as the masks. Without them the counts of their values are
            packed, which a histogram needs.
    """
    gates, measures = snapshot.gates, snapshot.gates.measures
    figures: dict[str, Any] = {
        "channel": "gates",
        "step": snapshot.step,
        "epoch": snapshot.epoch,
        "tau": snapshot.tau,
        "tau_knob": snapshot.tau_knob,
        "beta": snapshot.beta,
        "prunes": snapshot.method.settings.spec.masks,
        "shapes": [list(mask.shape) for mask in gates.masks],
        "layers": [{"name": layer.name, "source": layer.source} for layer in gates.layers],
        "scores": snapshot.method.settings.spec.scores,
        "preview": gates.preview,
        "active_ratio": measures.active_ratio,
        "active_weights": measures.active_weights,
        "total_weights": measures.total_weights,
        "macs": macs_per_image(gates, snapshot.evaluation),
        "dense_macs": measures.dense_macs,
        "parameters": measures.parameters,
        "dense_parameters": measures.dense_parameters,
        "dead_hidden_units": measures.dead_hidden_units,
        "test_accuracy": snapshot.evaluation.test_accuracy,
        "validation_accuracy": snapshot.evaluation.validation_accuracy,
    }
    if (routing := snapshot.evaluation.routing) is not None:
        figures["routing"] = {
            "routes": snapshot.method.routes,
            "by_class": routing.by_class,
            "mean": routing.mean,
            "images": routing.images,
        }
        figures["macs_per_input"] = routing.macs_per_input
    tensors = {f"masks.{i}": bits for i, bits in enumerate(gates.packed_masks)}
    if gates.packed_scores is None:
        pass
    elif scores:
        tensors |= {f"scores.{i}": layer for i, layer in enumerate(gates.packed_scores)}
    else:
        figures["score_counts"] = gates.score_counts
    return pack(tensors, {**figures, **extra})


@torch.no_grad()
def pack_weights(snapshot: Snapshot) -> bytes:
    """Pack the weights of a snapshot, to 11 bits."""
    tensors = {
        f"weights.{i}": layer.weight.to(torch.float16)
        for i, layer in enumerate(snapshot.gates.layers)
    }
    return _pack_parameters(snapshot, tensors)


@torch.no_grad()
def pack_coarse_weights(snapshot: Snapshot) -> bytes:
    """Pack the weights of a snapshot, to 8 bits, which compress to less than half."""
    tensors = {}
    for i, layer in enumerate(snapshot.gates.layers):
        largest = float(layer.weight.abs().max()) or 1.0
        # A power of two, so that its multiples up to 127 are float16 numbers.
        step = 2.0 ** math.ceil(math.log2(largest / 127))
        tensors[f"weights.{i}"] = (layer.weight / step).round_().mul_(step).to(torch.float16)
    return _pack_parameters(snapshot, tensors)


def _pack_parameters(snapshot: Snapshot, weights: dict[str, Tensor]) -> bytes:
    biases = {f"biases.{i}": layer.bias for i, layer in enumerate(snapshot.gates.layers)}
    return pack(weights | biases, {"channel": "weights", "step": snapshot.step})


def pack_facts(
    always_zero: Tensor, class_means: Tensor, image_shape: Sequence[int], classes: Sequence[str]
) -> bytes:
    """Pack the facts about the data that the browser needs to draw a run.

    Args:
        always_zero: bool (pixels,).
        class_means: uint8 (classes, pixels).
    """
    facts = {"channel": "facts", "image_shape": list(image_shape), "classes": list(classes)}
    tensors = {"always_zero": always_zero.to(torch.uint8), "class_means": class_means}
    return pack(tensors, facts)


def pack_predictions(snapshot: Snapshot) -> bytes:
    """Pack the class that the network gives each test image."""
    classes = predicted_classes(snapshot.method, snapshot.held_out.test_images)
    return pack({"classes": classes}, {"channel": "predictions", "step": snapshot.step})


def pack_digits(
    images: Tensor, labels: Tensor, image_shape: Sequence[int], classes: Sequence[str]
) -> bytes:
    """Pack the test images, uint8 (n, pixels), with their labels, int64 (n,) below 256."""
    facts = {"channel": "digits", "image_shape": list(image_shape), "classes": list(classes)}
    return pack({"images": images, "labels": labels.to(torch.uint8)}, facts)
