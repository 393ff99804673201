"""Whether the files of a run from elsewhere are what they say: nothing here trusts a byte."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dgviz.data.catalogue import DATASETS
from dgviz.runs.contents import RunsError
from dgviz.runs.frames import KINDS, FrameError, Frames
from dgviz.runs.pictures import arrays, inflated
from dgviz.runs.record import CARD, CHECKPOINT, FACTS, METRICS, SETTINGS, SNAPSHOTS
from dgviz.runs.store import RUN_ID
from dgviz.settings import Settings, SettingsError

Tensors = Mapping[str, np.ndarray[Any, Any]]
Expected = dict[str, tuple[str, tuple[int, ...]]]
"""The dtype and shape of each tensor."""

MOST_MOMENTS = 200
"""Of both kinds; thinning leaves some hundred, and each is unpacked to be looked at."""

_LARGEST_NUMBER = 1e18


def checked_settings(content: bytes) -> Settings:
    """The settings in a settings file.

    Raises:
        RunsError: it is no JSON object, or holds what is no knob or not accepted by one.
    """
    try:
        return Settings.from_dict(checked_object(SETTINGS, content))
    except SettingsError as problem:
        raise RunsError(f"{SETTINGS} cannot be used: {problem}") from problem


def checked_object(name: str, content: bytes) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        RunsError: it is none, or one of its numbers is not finite.
    """
    try:
        value = json.loads(content)
        if isinstance(value, dict) and _finite(value):
            return value
    except (ValueError, RecursionError):
        pass
    raise RunsError(f"{name} must be a JSON object whose numbers are finite.")


def check_card(content: bytes) -> None:
    """What a record's own reading of a card does not ask for.

    Raises:
        RunsError: a number is not finite, or the parent is not a run's id.
    """
    parent = checked_object(CARD, content).get("parent")
    if parent is not None and not (isinstance(parent, str) and RUN_ID.fullmatch(parent)):
        raise RunsError(f"The parent in {CARD} must be a run's id of 12 hexadecimal digits.")


def check_metrics(content: bytes) -> None:
    """Every line but a torn last one holds names, and numbers or nulls.

    Raises:
        RunsError: one does not.
    """
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        entry = checked_object(f"Line {number} of {METRICS}", line)
        words = [entry.pop("kind", None), entry.pop("knob", "")]
        numbers = all(value is None or _is_number(value) for value in entry.values())
        counts = isinstance(entry.get("step"), int)
        if not numbers or not counts or not all(isinstance(word, str) for word in words):
            raise RunsError(f"Line {number} of {METRICS} must be a log entry of dgviz.")


def check_facts(content: bytes, settings: Settings) -> None:
    """The facts have to be those of the settings' data set.

    Raises:
        RunsError: they are not.
    """
    entry = DATASETS[settings.dataset]
    tensors, figures = _read(FACTS, content)
    expected = {
        "always_zero": ("uint8", (entry.input_size,)),
        "class_means": ("uint8", (len(entry.classes), entry.input_size)),
    }
    _expect(FACTS, tensors, expected)
    if figures.get("image_shape") != list(entry.image_shape):
        raise RunsError(f"{FACTS} must hold the facts of {entry.title}.")


def check_checkpoint(content: bytes, settings: Settings) -> None:
    """Parameters, Adam's moments and the generator's state, see `training.checkpoint`.

    Whether they are complete is asked where a run goes on from them.

    Raises:
        RunsError: a tensor is foreign, not finite, or of no shape that this network has.
    """
    tensors, _ = _read(CHECKPOINT, content)
    matrices = _sizes(settings)
    parameters = {*matrices, *((units,) for units, _ in matrices)}
    for name, tensor in tensors.items():
        words = f"{name[:60]!r} in {CHECKPOINT}"
        if name == "order":
            fits = tensor.dtype == np.uint8 and tensor.ndim == 1
        elif re.fullmatch(r"adam\..+\.step", name):
            fits = tensor.dtype == np.float32 and tensor.shape == ()
        else:
            known = name.startswith(("model.", "adam."))
            fits = known and tensor.dtype == np.float32 and tensor.shape in parameters
        if not fits:
            kind = f"{tensor.dtype} of shape {tensor.shape}"
            raise RunsError(f"{words} is {kind}, which fits no part of the settings' network.")
        if not np.isfinite(tensor).all():
            raise RunsError(f"{words} must hold finite numbers only.")


def check_frames(path: Path, settings: Settings) -> None:
    """Every moment is read, its checksum, its shapes and its values are compared.

    Raises:
        RunsError: one is damaged, or is no picture of the settings' network.
    """
    frames = Frames(path)
    if frames.damage:
        raise RunsError(f"{SNAPSHOTS} has damaged bytes; export the run anew.")
    sizes = _sizes(settings)
    if sum(len(frames.moments(kind)) for kind in KINDS) > MOST_MOMENTS:
        raise RunsError(f"{SNAPSHOTS} must hold at most {MOST_MOMENTS} moments.")
    for kind in KINDS:
        dtype = "uint8" if kind == "gates" else "float16"
        expected: Expected = {f"{kind}.{i}": (dtype, shape) for i, shape in enumerate(sizes)}
        if kind == "weights":
            expected |= {f"biases.{i}": ("float32", shape[:1]) for i, shape in enumerate(sizes)}
        for moment in frames.moments(kind):
            words = f"The {kind} of step {moment.step} in {SNAPSHOTS}"
            try:
                blob = inflated(frames.read(kind, moment.step))
            except FrameError:
                raise RunsError(f"{words} are damaged; export the run anew.") from None
            tensors, _ = _read(words, blob)
            _expect(words, tensors, expected)


def _read(words: str, blob: bytes) -> tuple[Tensors, dict[str, Any]]:
    """The tensors and figures of a blob; safetensors hold numbers and can run nothing."""
    try:
        tensors, figures = arrays(blob)
        good = _finite(figures)
    except (FrameError, RecursionError):
        raise RunsError(f"{words} must be safetensors that dgviz has written.") from None
    if not good:
        raise RunsError(f"{words} must have figures that are finite numbers.")
    return tensors, figures


def _sizes(settings: Settings) -> list[tuple[int, int]]:
    """The shape (out, in) of each layer."""
    entry = DATASETS[settings.dataset]
    return [(settings.hidden, entry.input_size), (len(entry.classes), settings.hidden)]


def _expect(words: str, tensors: Tensors, expected: Expected) -> None:
    found = {name: (tensor.dtype.name, tensor.shape) for name, tensor in tensors.items()}
    if found != expected:
        wanted = ", ".join(f"{name} {dtype} {shape}" for name, (dtype, shape) in expected.items())
        raise RunsError(f"{words} must hold exactly {wanted}.")


def _finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_finite(item) for item in value.values())
    if isinstance(value, list):
        return all(_finite(item) for item in value)
    # The comparison is false for nan too, and knows how to deal with endless whole numbers.
    return abs(value) < _LARGEST_NUMBER if isinstance(value, int | float) else True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
