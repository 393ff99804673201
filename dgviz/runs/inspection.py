"""Which parts of a run are sound: reading names the others, an export and an import leave them out.

The files may come from anywhere, so nothing here trusts a byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dgviz.data.catalogue import DATASETS
from dgviz.runs.checks import Unfit, anything
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
"""The dtype and shape of each tensor."""

_Sound = tuple[bytes | bytearray, Sequence[str]]
"""What is sound of a file, and a sentence for each thing in it that is not."""


class Unsound(Exception):
    """Nothing of a file can be used; the message is one sentence."""


@dataclass(frozen=True)
class Part:
    """As much of one file of a run as is sound.

    Attributes:
        name: one of `layout.FILES`.
        content: None where nothing of it is.
        problems: a sentence on each thing that is left out.
    """

    name: str
    content: bytes | bytearray | None
    problems: tuple[str, ...] = ()


def parts(record: Record) -> Iterator[Part]:
    """Every file of a run that is there or has to be, one read at a time.

    The parts of a run that has been put together from parts are those very parts.

    The order matters for a run under way: it is the reverse of the recorder's, which writes the
    log and the snapshots first and then the checkpoint that relies on them. So a checkpoint is
    never ahead of the log beside it; a log that is ahead is cut on a resume.
    """
    for name in (SETTINGS, CARD, LABEL):
        if name in record.broken:
            yield Part(name, None, (record.broken[name],))
        else:
            yield from _part(record, name, _sound_card if name == CARD else _whole)
    yield from _part(record, FACTS, _sound_facts)
    yield from _part(record, CHECKPOINT, _sound_checkpoint)
    yield from _part(record, SNAPSHOTS, _sound_snapshots)
    yield from _part(record, METRICS, _sound_log)


def _part(record: Record, name: str, sound: Callable[[Path, Record], _Sound]) -> Iterator[Part]:
    try:
        content, problems = sound(record.folder / name, record)
        yield Part(name, content, tuple(problems))
    except FileNotFoundError:
        return
    except OSError as problem:
        yield Part(name, None, (f"{name} cannot be read ({problem.strerror}).",))
    except Unsound as problem:
        yield Part(name, None, (str(problem),))


def _whole(path: Path, record: Record) -> _Sound:
    return read_file(path, LARGEST_TEXT[path.name]), ()


def _sound_card(path: Path, record: Record) -> _Sound:
    if record.card and record.left_out:
        return as_json(record.card.as_json()), record.left_out
    return _whole(path, record)


def _sound_log(path: Path, record: Record) -> _Sound:
    content = read_file(path, LARGEST_TEXT[METRICS])
    log = log_of(content)
    if log.problems:
        return log.content, log.problems
    return content[: content.rfind(b"\n") + 1], ()


def _sound_snapshots(path: Path, record: Record) -> _Sound:
    # Opened once: a trainer may put a thinned file in its place meanwhile.
    with open_file(path) as file:
        settings = _settings_for(path, record)
        snapshots = Snapshots(path, file)
        if not snapshots.count and snapshots.damage:
            raise Unsound(snapshots.damage)
        content, left_out = snapshots.sound(
            lambda snapshot, blob: _is_snapshot(snapshot, blob, settings),
            largest_snapshots(settings),
        )
    problems = []
    # Training goes on from such an end, and cuts it off.
    if snapshots.damage and not (snapshots.torn and record.phase in ("running", "interrupted")):
        problems.append(snapshots.damage)
    if left_out:
        problems.append(f"Damaged snapshots in {path.name}, which are skipped: {len(left_out)}.")
    return content, problems


def _sound_facts(path: Path, record: Record) -> _Sound:
    settings = _settings_for(path, record)
    content = read_file(path, LARGEST_FACTS)
    check_facts(content, settings)
    return content, ()


def _sound_checkpoint(path: Path, record: Record) -> _Sound:
    settings = _settings_for(path, record)
    content = read_file(path, LARGEST_CHECKPOINT)
    check_checkpoint(content, settings)
    return content, ()


def _settings_for(path: Path, record: Record) -> Settings:
    """The settings, which say what the arrays in a file have to look like."""
    if record.settings is None:
        # A file that is not there lacks no settings.
        path.stat()
        raise Unsound(f"{path.name} cannot be used without {SETTINGS}.")
    return record.settings


def check_facts(content: bytes, settings: Settings) -> None:
    """The facts have to be those of the settings' data set.

    Raises:
        Unsound: they are not.
    """
    entry = DATASETS[settings.dataset]
    tensors, figures = _read(FACTS, content)
    expected = {
        "always_zero": ("uint8", (entry.input_size,)),
        "class_means": ("uint8", (len(entry.classes), entry.input_size)),
    }
    _expect(FACTS, tensors, expected)
    if figures.get("image_shape") != list(entry.image_shape):
        raise Unsound(f"{FACTS} must hold the facts of {entry.title}.")


def check_checkpoint(content: bytes, settings: Settings) -> None:
    """The network, the optimiser's state and the generators', see `training.checkpoint`.

    Whether they are complete is asked where a run goes on from them.

    Raises:
        Unsound: a tensor is foreign, not finite, or of no shape that this network has.
    """
    tensors, _ = _read(CHECKPOINT, content)
    # A tensor of a network has a row for each unit, for each input, or for both; or is one number.
    widths = {1, *(width for shape in _sizes(settings) for width in shape)}
    for name, tensor in sorted(tensors.items()):
        words = f"{name[:60]!r} in {CHECKPOINT}"
        if name in ("order", "generator"):
            fits = tensor.dtype == np.uint8 and tensor.ndim == 1
        else:
            known = name.startswith(("model.", "optimiser.", "adam."))
            fits = known and tensor.dtype in (np.float32, np.bool_)
            fits = fits and tensor.ndim <= 2 and set(tensor.shape) <= widths
        if not fits:
            kind = f"{tensor.dtype} of shape {tensor.shape}"
            raise Unsound(f"{words} is {kind}, which fits no part of the settings' network.")
        if not np.isfinite(tensor).all():
            raise Unsound(f"{words} must hold finite numbers only.")


def _is_snapshot(snapshot: RecordedSnapshot, blob: bytes, settings: Settings) -> bool:
    """Whether the snapshot shows the settings' network."""
    sizes = _sizes(settings)
    try:
        tensors, figures = _read("", inflated(blob, largest_snapshots(settings)[snapshot.kind]))
        if snapshot.kind == "weights":
            _expect("", tensors, _like("weights", "float16", sizes) | _biases(sizes))
        else:
            _expect("", tensors, _gates(tensors, sizes))
            is_earlier = "gates.0" in tensors
            return is_earlier or figures.get("shapes") == [list(size) for size in sizes]
    except (SnapshotError, Unsound):
        return False
    return True


def _gates(tensors: Tensors, sizes: list[tuple[int, int]]) -> Expected:
    """What the gates of a snapshot have to be: as `training.snapshot` packs them, or as earlier
    versions did."""
    if "gates.0" in tensors:
        return _like("gates", "uint8", sizes)
    expected = _like("masks", "uint8", [(mask_bits.length(size),) for size in sizes])
    return expected | (_like("scores", "uint8", sizes) if "scores.0" in tensors else {})


def _biases(sizes: list[tuple[int, int]]) -> Expected:
    return _like("biases", "float32", [size[:1] for size in sizes])


def _like(kind: str, dtype: str, shapes: Sequence[tuple[int, ...]]) -> Expected:
    """A tensor of that kind for each layer."""
    return {f"{kind}.{i}": (dtype, shape) for i, shape in enumerate(shapes)}


def largest_snapshots(settings: Settings) -> dict[str, int]:
    """The most bytes that a snapshot of each kind takes, compressed or not.

    What compression adds to noise is far less than is allowed for a header.
    """
    sizes = _sizes(settings)
    connections = sum(rows * columns for rows, columns in sizes)
    masks = sum(mask_bits.length(size) for size in sizes)
    biases = 4 * sum(rows for rows, _ in sizes)
    return {
        "gates": masks + connections + LARGEST_HEADER,
        "weights": 2 * connections + biases + LARGEST_HEADER,
    }


def _read(words: str, blob: bytes) -> tuple[Tensors, dict[str, Any]]:
    """The tensors and figures of a blob; safetensors hold numbers and can run nothing."""
    try:
        tensors, figures = arrays(blob)
        return tensors, anything(figures)
    except SnapshotError:
        raise Unsound(f"{words} must be safetensors that dgviz has written.") from None
    except Unfit:
        raise Unsound(f"{words} must have figures that are finite numbers.") from None


def _sizes(settings: Settings) -> list[tuple[int, int]]:
    """The shape (out, in) of each layer."""
    entry = DATASETS[settings.dataset]
    return [(settings.hidden, entry.input_size), (len(entry.classes), settings.hidden)]


def _expect(words: str, tensors: Tensors, expected: Expected) -> None:
    found = {name: (tensor.dtype.name, tensor.shape) for name, tensor in tensors.items()}
    if found != expected:
        wanted = ", ".join(f"{name} {dtype} {shape}" for name, (dtype, shape) in expected.items())
        raise Unsound(f"{words} must hold exactly {wanted}.")
