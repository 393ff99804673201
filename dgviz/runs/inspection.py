"""Find the valid parts of a run. Exports and imports leave the others out and list them.

The files may come from anywhere, so every byte is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dgviz.data.catalogue import DATASETS
from dgviz.runs.checks import InvalidValue, anything
from dgviz.runs.files import as_json, open_file, read_file
from dgviz.runs.layout import (
    CARD,
    CHECKPOINT,
    FACTS,
    LABEL,
    LARGEST_CHECKPOINT,
    LARGEST_FACTS,
    LARGEST_TEXT,
    METRICS,
    SETTINGS,
    SNAPSHOTS,
)
from dgviz.runs.log import log_of
from dgviz.runs.record import Record
from dgviz.runs.snapshot_blob import arrays, inflated
from dgviz.runs.snapshots import RecordedSnapshot, SnapshotError, Snapshots
from dgviz.settings import Settings
from dgviz.training import mask_bits
from dgviz.training.blob import LARGEST_HEADER

Tensors = Mapping[str, np.ndarray[Any, Any]]
Expected = dict[str, tuple[str, tuple[int, ...]]]
"""The dtype and shape of each tensor, by name."""

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
        content, left_out = snapshots.valid_records(
            lambda snapshot, blob: _is_snapshot(snapshot, blob, settings),
            largest_snapshots(settings),
        )
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


def _valid_checkpoint(path: Path, record: Record) -> _Valid:
    settings = _settings_for(path, record)
    content = read_file(path, LARGEST_CHECKPOINT)
    check_checkpoint(content, settings)
    return content, ()


def _settings_for(path: Path, record: Record) -> Settings:
    """The settings, which determine the shapes of the arrays in a file."""
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
    if figures.get("image_shape") != list(entry.image_shape):
        raise InvalidFile(f"{FACTS} must hold the facts of {entry.title}.")


def check_checkpoint(content: bytes, settings: Settings) -> None:
    """Check the tensors of the network, the optimiser and the generators.

    `training.checkpoint` checks that they are complete when a run is resumed.

    Raises:
        InvalidFile: a tensor has an unknown name or a wrong dtype, is not finite, or has a shape
            that does not occur in this network.
    """
    tensors, _ = _read(CHECKPOINT, content)
    # Each dimension of a tensor is a number of units or inputs, or 1.
    widths = {1, *(width for shape in _sizes(settings) for width in shape)}
    for name, tensor in sorted(tensors.items()):
        subject = f"{name[:60]!r} in {CHECKPOINT}"
        if name in ("order", "generator"):
            fits = tensor.dtype == np.uint8 and tensor.ndim == 1
        else:
            known = name.startswith(("model.", "optimiser.", "adam."))
            fits = known and tensor.dtype in (np.float32, np.bool_)
            fits = fits and tensor.ndim <= 2 and set(tensor.shape) <= widths
        if not fits:
            kind = f"{tensor.dtype} of shape {tensor.shape}"
            raise InvalidFile(f"{subject} is {kind}, which fits no part of the settings' network.")
        if not np.isfinite(tensor).all():
            raise InvalidFile(f"{subject} must hold finite numbers only.")


def _is_snapshot(snapshot: RecordedSnapshot, blob: bytes, settings: Settings) -> bool:
    """Whether the tensors of the snapshot are those of the settings' network."""
    sizes = _sizes(settings)
    try:
        tensors, figures = _read("", inflated(blob, largest_snapshots(settings)[snapshot.kind]))
        if snapshot.kind == "weights":
            _expect("", tensors, _like("weights", "float16", sizes) | _biases(sizes))
        else:
            _expect("", tensors, _gates(tensors, sizes))
            is_earlier = "gates.0" in tensors
            return is_earlier or figures.get("shapes") == [list(size) for size in sizes]
    except (SnapshotError, InvalidFile):
        return False
    return True


def _gates(tensors: Tensors, sizes: list[tuple[int, int]]) -> Expected:
    """The tensors that a snapshot of gates must have, in the present or the earlier format."""
    if "gates.0" in tensors:
        return _like("gates", "uint8", sizes)
    expected = _like("masks", "uint8", [(mask_bits.length(size),) for size in sizes])
    return expected | (_like("scores", "uint8", sizes) if "scores.0" in tensors else {})


def _biases(sizes: list[tuple[int, int]]) -> Expected:
    return _like("biases", "float32", [size[:1] for size in sizes])


def _like(kind: str, dtype: str, shapes: Sequence[tuple[int, ...]]) -> Expected:
    """One tensor of this kind for each layer."""
    return {f"{kind}.{i}": (dtype, shape) for i, shape in enumerate(shapes)}


def largest_snapshots(settings: Settings) -> dict[str, int]:
    """The largest size in bytes of a snapshot of each kind, compressed or not.

    Compression enlarges random data by far less than the bytes allowed for the header.
    """
    sizes = _sizes(settings)
    connections = sum(rows * columns for rows, columns in sizes)
    masks = sum(mask_bits.length(size) for size in sizes)
    biases = 4 * sum(rows for rows, _ in sizes)
    return {
        "gates": masks + connections + LARGEST_HEADER,
        "weights": 2 * connections + biases + LARGEST_HEADER,
    }


def _read(subject: str, blob: bytes) -> tuple[Tensors, dict[str, Any]]:
    """Read the tensors and figures of a blob. Safetensors contain no code that could run."""
    try:
        tensors, figures = arrays(blob)
        return tensors, anything(figures)
    except SnapshotError:
        raise InvalidFile(f"{subject} must be safetensors that dgviz has written.") from None
    except InvalidValue:
        raise InvalidFile(f"{subject} must have figures that are finite numbers.") from None


def _sizes(settings: Settings) -> list[tuple[int, int]]:
    """The shape (out, in) of each layer."""
    entry = DATASETS[settings.dataset]
    return [(settings.hidden, entry.input_size), (len(entry.classes), settings.hidden)]


def _expect(subject: str, tensors: Tensors, expected: Expected) -> None:
    found = {name: (tensor.dtype.name, tensor.shape) for name, tensor in tensors.items()}
    if found != expected:
        wanted = ", ".join(f"{name} {dtype} {shape}" for name, (dtype, shape) in expected.items())
        raise InvalidFile(f"{subject} must hold exactly {wanted}.")
