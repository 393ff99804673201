"""The grid of a sweep: some settings with several values, and every combination of them."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Self

from dgviz.comparison.standing import IGNORED, compared
from dgviz.formatting import joined
from dgviz.settings import KNOBS, Settings

MANY = 1000
"""More trials than this are trained only after it was confirmed, at every start."""

MOST_SEEDS = 1000
MOST_TRIALS = 10_000_000
MOST_VALUES = 10_000
"""On an axis. The file of a grid with more could be too large to be read."""

_DEFAULTS = {name: knob.default for name, knob in KNOBS.items()}
NO_AXIS = ("preset", "method", "seed", "device", "threads")
"""The settings that cannot be an axis."""


class GridError(ValueError):
    """A grid is not accepted; the message is one sentence."""


@dataclass(frozen=True)
class Grid:
    """The trials of a sweep.

    Attributes:
        base: the settings that all trials have in common, but for the axes and the seed. One
            thread trains each trial: more threads than cores make a sweep several times as slow.
        axes: the values of each setting that has several, by its name.
        seeds: each combination has this many trials, with the seeds `base.seed`, + 1, + 2, …

    Raises:
        GridError: an axis has no values or more than `MOST_VALUES`, or is of a setting that cannot
            be one, or there are more than `MOST_SEEDS` seeds or `MOST_TRIALS` trials.
        SettingsError: a value is not accepted, or its setting is not read by the method.
    """

    base: Settings
    axes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    seeds: int = 1

    def __post_init__(self) -> None:
        if (
            isinstance(self.seeds, bool)
            or not isinstance(self.seeds, int)
            or not 1 <= self.seeds <= MOST_SEEDS
        ):
            raise GridError(
                f"The number of seeds must be a whole number from 1 to {MOST_SEEDS:,}; it was "
                f"{self.seeds}."
            )
        # The last seed must be one too.
        base = self.base.with_changes(threads=1)
        base.with_changes(seed=base.seed + self.seeds - 1)
        axes = {}
        for name, values in self.axes.items():
            if name in NO_AXIS or name not in KNOBS:
                raise GridError(f"{name} cannot be an axis of a sweep.")
            checked = dict.fromkeys(KNOBS[name].check(value) for value in values)
            if not checked:
                raise GridError(f"The grid is empty: {KNOBS[name].full_name} has no values.")
            if len(checked) > MOST_VALUES:
                raise GridError(
                    f"{KNOBS[name].full_name} has {len(checked):,} values, and an axis has at most "
                    f"{MOST_VALUES:,}."
                )
            if KNOBS[name] not in base.knobs():
                raise GridError(
                    f"{KNOBS[name].full_name} cannot be an axis of this sweep: it changes nothing "
                    f"in {base.spec.title}."
                )
            for value in checked:
                base.with_changes(**{name: value})
            axes[name] = tuple(sorted(checked) if not KNOBS[name].choices else checked)
        # What the base says of an axis means nothing.
        for name, value in (("base", base), ("axes", axes)):
            object.__setattr__(self, name, value)
        if len(self) > MOST_TRIALS:
            raise GridError(
                f"A sweep has at most {MOST_TRIALS:,} trials, and this one would have "
                f"{len(self):,}."
            )

    def __len__(self) -> int:
        return self.seeds * math.prod(len(values) for values in self.axes.values())

    def __contains__(self, settings: Settings) -> bool:
        """Whether a trial has these settings. It does not go through all trials."""
        if settings.method != self.base.method:
            return False
        own = {name: settings[name] for name in (*self.axes, "seed")}
        return (
            all(own[name] in values for name, values in self.axes.items())
            and 0 <= settings.seed - self.base.seed < self.seeds
            and trial_id(settings) == trial_id(self.base.with_changes(**own))
        )

    @property
    def epochs(self) -> int:
        """Those of its longest trials."""
        return int(max(self.axes.get("epochs", (self.base.epochs,))))

    def trials(self, chosen: Iterable[object] = itertools.repeat(True)) -> Iterator[Settings]:
        """The settings of every trial: first one seed of every combination, then the next seed.

        Args:
            chosen: for each trial in this order, whether its settings are made.
        """
        names = ("seed", *self.axes)
        for values in itertools.compress(self._combinations(), chosen):
            yield self.base.with_changes(**dict(zip(names, values, strict=True)))

    def _combinations(self) -> Iterator[tuple[Any, ...]]:
        """The seed and the value of each axis, of every trial; the last axis changes fastest."""
        seeds = range(self.base.seed, self.base.seed + self.seeds)
        return itertools.product(seeds, *self.axes.values())

    def ids(self) -> Iterator[str]:
        """The names of the trials' folders, in the order of `trials`; see `trial_id`.

        It makes no settings, and writes each value as JSON only once: both would take most of the
        time of a sweep of thousands of trials.
        """
        values: dict[str, tuple[Any, ...]] = {
            name: (value,) for name, value in self.base.as_dict().items()
        }
        values["seed"] = tuple(range(self.base.seed, self.base.seed + self.seeds))
        values.update(self.axes)
        counting = sorted(_counting(self.base))
        parts = {name: [_part(name, value) for value in values[name]] for name in counting}
        pieces = [parts[name][0] for name in counting]
        names = ("seed", *self.axes)
        at = [counting.index(name) for name in names]
        for combination in itertools.product(*(parts[name] for name in names)):
            for place, part in zip(at, combination, strict=True):
                pieces[place] = part
            yield _hashed(pieces)

    def including(self, other: Grid) -> Grid:
        """The smallest grid with all trials of both.

        Raises:
            GridError: they differ in more than the values of the same axes and the seeds.
        """
        self._check_same(other)
        axes = {name: (*self.axes[name], *other.axes[name]) for name in self.axes}
        return Grid(self.base, axes, max(self.seeds, other.seeds))

    def with_values_of(self, other: Grid) -> Grid:
        """This grid with the values and the number of seeds of another one.

        Raises:
            GridError: they differ in more than the values of the same axes and the seeds.
        """
        self._check_same(other)
        return Grid(self.base, {name: other.axes[name] for name in self.axes}, other.seeds)

    def differences(self, other: Grid) -> dict[str, tuple[Any, Any]]:
        """The settings that both read and no axis has, with their values where these differ."""
        mine, theirs = self._common(), other._common()
        read = {knob.name for knob in self.base.knobs()} & {
            knob.name for knob in other.base.knobs()
        }
        return {
            name: (mine[name], theirs[name])
            for name in KNOBS
            if name in read
            and name not in (*self.axes, *other.axes, "seed")
            and mine[name] != theirs[name]
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "settings": self.base.as_dict(),
            "axes": {name: list(values) for name, values in self.axes.items()},
            "seeds": self.seeds,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`.

        Raises:
            GridError, SettingsError: a part is missing or not accepted.
        """
        try:
            axes = {str(name): tuple(values) for name, values in content["axes"].items()}
            seeds = content["seeds"]
            if isinstance(seeds, bool) or not isinstance(seeds, int):
                raise TypeError
            return cls(Settings.from_stored(content["settings"]), axes, seeds)
        except (KeyError, TypeError, AttributeError):
            raise GridError("It does not describe a grid.") from None

    def _check_same(self, other: Grid) -> None:
        """Check that two grids differ only in the values of the same axes and in the seeds.

        Raises:
            GridError: they differ in more.
        """
        if {*self.axes} != {*other.axes}:
            raise GridError(
                f"The sweep in this folder has {_several(self.axes)}, and the new one has "
                f"{_several(other.axes)}. Give several values of the same settings, or choose "
                "another folder."
            )
        mine, theirs = self._common(), other._common()
        if differ := [name for name in KNOBS if mine.get(name) != theirs.get(name)]:
            have = joined([f"{name} {mine.get(name)}" for name in differ])
            instead = joined([str(theirs.get(name)) for name in differ])
            raise GridError(
                f"This folder has another sweep: its trials have {have}, and not {instead}."
            )

    def _common(self) -> dict[str, Any]:
        """What all trials have in common."""
        own = self.base.with_changes(**{name: values[0] for name, values in self.axes.items()})
        return compared(own).as_dict() | dict.fromkeys(self.axes)


def _several(axes: Collection[str]) -> str:
    return f"several values of {joined(axes)}" if axes else "no setting with several values"


def trial_id(settings: Settings) -> str:
    """The name of a trial's folder: 12 hexadecimal digits, a hash of its settings.

    Settings with their defaults are left out, so that the names stay when dgviz gets a new one.
    """
    return _name(settings.as_dict(), _counting(settings))


def _counting(settings: Settings) -> frozenset[str]:
    """The settings that can change a trial's numbers: those that `compared` keeps."""
    return frozenset(knob.name for knob in settings.knobs()).difference(IGNORED)


def _name(values: Mapping[str, Any], counting: Collection[str]) -> str:
    """A hash of all settings that count and do not have their defaults."""
    return _hashed(_part(name, values[name]) for name in sorted(counting))


def _part(name: str, value: object) -> str:
    """A setting in the text that is hashed; "" if it has its default."""
    return "" if value == _DEFAULTS[name] else f"{json.dumps(name)}: {json.dumps(value)}"


def _hashed(parts: Iterable[str]) -> str:
    text = f"{{{', '.join(filter(None, parts))}}}"
    return blake2b(text.encode(), digest_size=6).hexdigest()
