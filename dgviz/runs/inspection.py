"""Find the valid parts of a run. Exports and imports leave the others out and list them.

The files may come from anywhere, so every byte is checked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dgviz.data.catalogue import DATASETS
from dgviz.methods.spec import SCORES_NAME
from dgviz.runs.checks import (
    InvalidValue,
    anything,
    boolean,
    counted,
    list_of,
    matching,
    object_of,
    one_of,
    or_null,
    share,
    whole,
)
from dgviz.runs.files import as_json, open_file, read_file
from dgviz.runs.layout import (
    CARD,
    CHECKPOINT,
    FACTS,
    LABEL,
    LARGEST_CHECKPOINT,
    LARGEST_FACTS,
    LARGEST_PREDICTIONS,
    LARGEST_SNAPSHOT,
    LARGEST_TEXT,
    METRICS,
    PREDICTIONS,
    SETTINGS,
    SNAPSHOTS,
)
from dgviz.runs.log import log_of
from dgviz.runs.record import Record
from dgviz.runs.recorded_routing import part_name, routing
from dgviz.runs.snapshot_blob import arrays, inflated
from dgviz.runs.snapshots import KINDS, RecordedSnapshot, SnapshotError, Snapshots
from dgviz.settings import Settings
from dgviz.training import mask_bits

Tensors = Mapping[str, np.ndarray[Any, Any]]
Expected = dict[str, tuple[str, tuple[int, ...]]]
"""The dtype and shape of each tensor, by name."""
Shapes = tuple[tuple[int, ...], ...]
"""The shape (out, in) of each layer, input side first."""

MOST_CONNECTIONS = LARGEST_SNAPSHOT // 2
"""Connections of the largest network whose weights, two bytes each, a snapshot can hold."""

_MOST_LAYERS = 1000


def _source(value: object) -> str:
    """Check the name of the layer from which another has its inputs; "" is the image."""
    return "" if value == "" else part_name(value)


_layer = object_of({"name": part_name, "source": _source})
_figures = object_of(
    {
        name: or_null(check)
        for name, check in {
            "channel": one_of(KINDS),
            "step": whole,
            "epoch": counted,
            "tau": share,
            "tau_knob": share,
            "prunes": boolean,
            "preview": boolean,
            "scores": matching(SCORES_NAME, "must be the name of scores"),
            "score_counts": list_of(whole, 256),
            "accuracy_by_tau": list_of(list_of(share, 2), 1000),
            "test_accuracy": share,
            "validation_accuracy": share,
            "gated": boolean,
            "layers": list_of(_layer, _MOST_LAYERS),
            "routing": routing,
            "macs_per_input": counted,
        }.items()
    }
)
"""Check the figures of a snapshot that a page shows."""
_stated_shapes = list_of(list_of(whole, 2), _MOST_LAYERS)

_Valid = tuple[bytes | bytearray, Sequence[str]]
"""The valid content of a file, and one sentence for each part that is left out."""


class InvalidFile(Exception):
    """No part of a file can be used; the message is one sentence."""


@dataclass(frozen=True)
class Part:
    """The valid content of one file of a run.

    Attributes:
        name: one of `layout.FILES`.
        content: None if no part of the file is valid.
        problems: one sentence for each part that is left out.
    """

    name: str
    content: bytes | bytearray | None
    problems: tuple[str, ...] = ()


def parts(record: Record) -> Iterator[Part]:
    """The valid content of each file that exists or is required, read one at a time.

    Applied to a run that consists of valid parts, it gives exactly those parts.

    The order matters for a running run. The recorder writes the log and the snapshots first and
    then the checkpoint, which depends on them; here they are read in the reverse order. So the
    checkpoint is never newer than the log, and a resume cuts off log entries that are newer.
    """
    for name in (SETTINGS, CARD, LABEL):
        if name in record.broken:
            yield Part(name, None, (record.broken[name],))
        else:
            yield from _part(record, name, _valid_card if name == CARD else _whole)
    yield from _part(record, FACTS, _valid_facts)
    yield from _part(record, PREDICTIONS, _valid_predictions)
    yield from _part(record, CHECKPOINT, _valid_checkpoint)
    yield from _part(record, SNAPSHOTS, _valid_snapshots)
    yield from _part(record, METRICS, _valid_log)


def _part(record: Record, name: str, valid: Callable[[Path, Record], _Valid]) -> Iterator[Part]:
    try:
        content, problems = valid(record.folder / name, record)
        yield Part(name, content, tuple(problems))
    except FileNotFoundError:
        return
    except OSError as problem:
        yield Part(name, None, (f"{name} cannot be read ({problem.strerror}).",))
    except InvalidFile as problem:
        yield Part(name, None, (str(problem),))


def _whole(path: Path, record: Record) -> _Valid:
    return read_file(path, LARGEST_TEXT[path.name]), ()


def _valid_card(path: Path, record: Record) -> _Valid:
    if record.card and record.left_out:
        return as_json(record.card.as_json()), record.left_out
    return _whole(path, record)


def _valid_log(path: Path, record: Record) -> _Valid:
    content = read_file(path, LARGEST_TEXT[METRICS])
    log = log_of(content)
    if log.problems:
        return log.content, log.problems
    return content[: content.rfind(b"\n") + 1], ()


def _valid_snapshots(path: Path, record: Record) -> _Valid:
    # Opened only once: the training process may replace it with a thinned file.
    with open_file(path) as file:
        settings = _settings_for(path, record)
        snapshots = Snapshots(path, file)
        if not snapshots.count and snapshots.damage:
            raise InvalidFile(snapshots.damage)
        all_shapes: set[Shapes] = set()

        def is_valid(snapshot: RecordedSnapshot, blob: bytes) -> bool:
            shapes = _shapes_of(snapshot, blob, settings)
            # One run has one network: that of its first valid snapshot.
            if shapes is None or all_shapes - {shapes}:
                return False
            all_shapes.add(shapes)
            return True

        content, left_out = snapshots.valid_records(is_valid)
    problems = []
    # An incomplete last record is no damage here: a resume cuts it off.
    if snapshots.damage and not (snapshots.torn and record.phase in ("running", "interrupted")):
        problems.append(snapshots.damage)
    if left_out:
        problems.append(f"Damaged snapshots in {path.name}, which are skipped: {len(left_out)}.")
    return content, problems


def _valid_facts(path: Path, record: Record) -> _Valid:
    settings = _settings_for(path, record)
    content = read_file(path, LARGEST_FACTS)
    check_facts(content, settings)
    return content, ()


def _valid_predictions(path: Path, record: Record) -> _Valid:
    settings = _settings_for(path, record)
    content = read_file(path, LARGEST_PREDICTIONS)
    check_predictions(content, settings)
    return content, ()


def _valid_checkpoint(path: Path, record: Record) -> _Valid:
    _settings_for(path, record)
    content = read_file(path, LARGEST_CHECKPOINT)
    check_checkpoint(content)
    return content, ()


def _settings_for(path: Path, record: Record) -> Settings:
    """The settings, without which the arrays in a file have no meaning."""
    if record.settings is None:
        # A missing file is no problem: this raises FileNotFoundError.
        path.stat()
        raise InvalidFile(f"{path.name} cannot be used without {SETTINGS}.")
    return record.settings


def check_facts(content: bytes, settings: Settings) -> None:
    """Check that the facts are those of the settings' data set.

    Raises:
        InvalidFile: they are not.
    """
    entry = DATASETS[settings.dataset]
    tensors, figures = _read(FACTS, content)
    expected = {
        "always_zero": ("uint8", (entry.input_size,)),
        "class_means": ("uint8", (len(entry.classes), entry.input_size)),
    }
    _expect(FACTS, tensors, expected)
    known = {"image_shape": list(entry.image_shape), "classes": list(entry.classes)}
    if any(figures.get(name) != value for name, value in known.items()):
        raise InvalidFile(f"{FACTS} must hold the facts of {entry.title}.")


def check_predictions(content: bytes, settings: Settings) -> None:
    """Check that the predictions are classes of the settings' data set.

    Raises:
        InvalidFile: they are not.
    """
    tensors, figures = _read(PREDICTIONS, content)
    classes = tensors.get("classes", np.empty(0))
    _expect(PREDICTIONS, tensors, {"classes": ("uint8", (classes.size,))})
    entry = DATASETS[settings.dataset]
    if figures.get("channel") != "predictions" or (classes >= len(entry.classes)).any():
        raise InvalidFile(f"{PREDICTIONS} must hold classes of {entry.title}.")
    if not isinstance(figures.get("step"), int):
        raise InvalidFile(f"{PREDICTIONS} must have the step after which they were made.")


def check_checkpoint(content: bytes) -> None:
    """Check the tensors of the network, the optimiser and the generators.

    Only the method knows which tensors it has: `training.checkpoint` checks their names, dtypes and
    shapes when a run is resumed.

    Raises:
        InvalidFile: a tensor is no part of a checkpoint, or is not finite.
    """
    tensors, _ = _read(CHECKPOINT, content)
    for name, tensor in sorted(tensors.items()):
        subject = f"{name[:60]!r} in {CHECKPOINT}"
        if name in ("order", "generator"):
            fits = tensor.dtype == np.uint8 and tensor.ndim == 1
        else:
            fits = name.startswith(("model.", "optimiser.", "adam."))
        if not fits:
            kind = f"{tensor.dtype} of shape {tensor.shape}"
            raise InvalidFile(f"{subject} is {kind}, which fits no part of a checkpoint.")
        if not np.isfinite(tensor).all():
            raise InvalidFile(f"{subject} must hold finite numbers only.")


def _shapes_of(snapshot: RecordedSnapshot, blob: bytes, settings: Settings) -> Shapes | None:
    """The network's shapes; None if figures and tensors are not those of such a snapshot."""
    try:
        tensors, figures = _read("", inflated(blob))
        layers = _figures(figures)["layers"]
        if (figures.get("channel"), figures.get("step")) != (snapshot.kind, snapshot.step):
            return None
        shapes = _shapes(snapshot.kind, tensors, figures)
        expected = _weights(shapes) if snapshot.kind == "weights" else _gates(tensors, shapes)
        _expect("", tensors, expected)
    except (SnapshotError, InvalidFile, InvalidValue):
        return None
    return shapes if _is_network(shapes, layers, settings) else None


def _shapes(kind: str, tensors: Tensors, figures: Mapping[str, Any]) -> Shapes:
    """The shapes of the layers as the snapshot gives them.

    Raises:
        InvalidValue: it has no shapes.
    """
    if kind == "gates" and "gates.0" not in tensors:
        return _stated_shapes(figures.get("shapes"))
    names = (f"{kind}.{i}" for i in range(len(tensors)))
    return tuple(tensors[name].shape for name in names if name in tensors)


def _is_network(
    shapes: Shapes, layers: Sequence[Mapping[str, str]] | None, settings: Settings
) -> bool:
    """Whether layers of these shapes lead from the inputs of the data set to its classes.

    Args:
        layers: the name and source of each layer; None if they are not stated.
    """
    entry = DATASETS[settings.dataset]
    if any(len(shape) != 2 or shape[0] < 1 for shape in shapes):
        return False
    if layers is None:
        widths = {entry.input_size}
        for units, inputs in shapes:
            if inputs not in widths:
                return False
            widths.add(units)
    elif not _fit(shapes, layers, entry.input_size):
        return False
    connections = sum(math.prod(shape) for shape in shapes)
    return bool(shapes) and shapes[-1][0] == len(entry.classes) and connections <= MOST_CONNECTIONS


def _fit(shapes: Shapes, layers: Sequence[Mapping[str, str]], input_size: int) -> bool:
    """Whether each layer has a name of its own, and as many inputs as its source has units."""
    units = {"": input_size}
    if len(layers) != len(shapes):
        return False
    for layer, shape in zip(layers, shapes, strict=True):
        if layer["name"] in units or units.get(layer["source"]) != shape[1]:
            return False
        units[layer["name"]] = shape[0]
    return True


def _weights(shapes: Shapes) -> Expected:
    """The tensors that a snapshot of weights must have."""
    return _like("weights", "float16", shapes) | _like("biases", "float32", [s[:1] for s in shapes])


def _gates(tensors: Tensors, shapes: Shapes) -> Expected:
    """The tensors that a snapshot of gates must have, in the present or the earlier format."""
    if "gates.0" in tensors:
        return _like("gates", "uint8", shapes)
    expected = _like("masks", "uint8", [(mask_bits.length(shape),) for shape in shapes])
    return expected | (_like("scores", "uint8", shapes) if "scores.0" in tensors else {})


def _like(kind: str, dtype: str, shapes: Sequence[tuple[int, ...]]) -> Expected:
    """One tensor of this kind for each layer."""
    return {f"{kind}.{i}": (dtype, shape) for i, shape in enumerate(shapes)}


def _read(subject: str, blob: bytes) -> tuple[Tensors, dict[str, Any]]:
    """Read the tensors and figures of a blob. Safetensors contain no code that could run."""
    try:
        tensors, figures = arrays(blob)
        return tensors, anything(figures)
    except SnapshotError:
        raise InvalidFile(f"{subject} must be safetensors that dgviz has written.") from None
    except InvalidValue:
        raise InvalidFile(f"{subject} must have figures that are finite numbers.") from None


def _expect(subject: str, tensors: Tensors, expected: Expected) -> None:
    found = {name: (tensor.dtype.name, tensor.shape) for name, tensor in tensors.items()}
    if found != expected:
        wanted = ", ".join(f"{name} {dtype} {shape}" for name, (dtype, shape) in expected.items())
        raise InvalidFile(f"{subject} must hold exactly {wanted}.")
