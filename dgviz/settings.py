"""The one table of all knobs: widgets, URL, command line, validation and docs are made from it.

A common knob is one field of `Settings`. A knob of one method is declared with the method, in
`methods/catalogue.py`; presets are in `presets.py`. Nothing here imports torch or Streamlit, so the
server, the workers and a notebook share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, get_type_hints

from dgviz.data.catalogue import DATASETS
from dgviz.formatting import joined
from dgviz.gates.schedules import SCHEDULES
from dgviz.knob import Knob, SettingsError, log_stops
from dgviz.methods.catalogue import METHODS, SHARED
from dgviz.methods.spec import MethodSpec
from dgviz.presets import PRESETS

ACCELERATORS = ("cuda", "mps")
"""The devices that are no processor."""

_RENAMED = {"one_shot.l2": "weight_decay"}
"""The names that knobs had in earlier versions, with their names today."""


def _knob(default: Any, label: str, help: str, group: str, **rest: Any) -> Any:
    metadata = {"label": label, "help": help, "group": group, **rest}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """All settings of a run. Two equal `Settings` on one device give the same numbers.

    Raises:
        SettingsError: a value is out of range or of the wrong kind.
    """

    preset: str = _knob(
        "paper",
        "Preset",
        "Starting values of the other settings.",
        "Run",
        choices=tuple(PRESETS),
    )
    method: str = _knob(
        "dynamicgate",
        "Method",
        "Which connections the network uses, and how it is trained. dense is the baseline that all "
        "others are compared with.",
        "Run",
        choices=tuple(METHODS),
    )
    beta: float = _knob(
        0.03,
        "sparsity penalty",
        "Loss = cross-entropy + β · mean of all gates, which are from 0 to 1. With several kinds "
        "of gates, it is the sum of the means of each kind. A higher β closes more gates. To "
        "reopen closed ones, use −1.",
        "Gates",
        symbol="β",
        minimum=-1,
        maximum=30,
        live=True,
        stops=(-1.0, 0.0, *log_stops(0.001, 30, per_decade=15)),
    )
    tau: float = _knob(
        0.5,
        "threshold",
        "A connection is active while σ(gate logit) > τ.",
        "Gates",
        symbol="τ",
        minimum=0,
        maximum=1,
        live=True,
        stops=tuple(i / 200 for i in range(40, 151)),
    )
    initial_logit: float = _knob(
        1.0,
        "initial gate logit",
        "Every gate starts at probability σ(c). The closer it is to τ, the sooner gates close.",
        "Gates",
        symbol="c",
        minimum=-10,
        maximum=10,
        step=0.25,
    )
    hidden: int = _knob(
        256,
        "hidden units",
        "Width of the hidden layer; the DynamicGate-MLP paper's is 256.",
        "Network",
        symbol="H",
        minimum=1,
        maximum=2048,
    )
    learning_rate: float = _knob(
        1e-3,
        "learning rate",
        "Adam's step size, for all parameters.",
        "Optimiser",
        symbol="η",
        minimum=1e-6,
        maximum=1,
        step=0.0005,
        live=True,
    )
    batch_size: int = _knob(
        128,
        "batch size",
        "Training images in one step.",
        "Optimiser",
        symbol="B",
        minimum=1,
        maximum=10_000,
    )
    epochs: int = _knob(
        50,
        "epochs",
        "Passes over the training images; the DynamicGate-MLP paper trains for 50.",
        "Optimiser",
        minimum=1,
        maximum=1000,
    )
    label_smoothing: float = _knob(
        0.0,
        "label smoothing",
        "Spreads this part of each label over all classes. It helps a dense network as much.",
        "Optimiser",
        symbol="ε",
        minimum=0,
        maximum=0.5,
        step=0.05,
    )
    weight_decay: float = _knob(
        0.0,
        "weight decay",
        "Factor of an L2 penalty on weights and biases. Without it, pixels that rarely have ink "
        "get large weights, and pruning keeps these. DynamicGate-MLP has the penalty on its active "
        "weights only, so it also presses on their gates.",
        "Optimiser",
        minimum=0,
        maximum=0.1,
        step=0.0001,
    )
    distillation: float = _knob(
        0.0,
        "distillation",
        "This part of the loss compares the network with a teacher instead of the classes. The "
        "teacher, a dense network of 512 hidden units with dropout, is trained first, once for "
        "each seed. It helps a dense network as much.",
        "Optimiser",
        minimum=0,
        maximum=1,
        step=0.1,
    )
    beta_schedule: str = _knob(
        "constant",
        "β schedule",
        "The factor that β is multiplied by during training.",
        "Schedule",
        choices=SCHEDULES,
    )
    tau_schedule: str = _knob(
        "constant",
        "τ schedule",
        "The factor that τ is multiplied by during training.",
        "Schedule",
        choices=SCHEDULES,
    )
    learning_rate_schedule: str = _knob(
        "constant",
        "learning-rate schedule",
        "The factor that the learning rate is multiplied by during training.",
        "Schedule",
        choices=SCHEDULES,
    )
    warmup: float = _knob(
        0.1,
        "warm-up",
        "The part of training in which a warmup schedule rises from 0 to 1.",
        "Schedule",
        minimum=0,
        maximum=1,
        step=0.05,
    )
    freeze_at: float = _knob(
        1.0,
        "freeze at",
        "At this part of training a ramp ends, a cosine decay begins, and gates, where there are "
        "any, stop changing. 1 means never.",
        "Schedule",
        minimum=0,
        maximum=1,
        step=0.05,
    )
    dataset: str = _knob(
        "mnist",
        "data set",
        "MNIST is part of dgviz. The others are downloaded when you first use them.",
        "Data",
        choices=tuple(DATASETS),
    )
    validation: int = _knob(
        5000,
        "validation images",
        "Training images set aside at random, to compare settings by. 0 trains on all images.",
        "Data",
        minimum=0,
        maximum=20_000,
    )
    seed: int = _knob(
        0,
        "seed",
        "Sets the initial weights, the validation images and the order of the training images.",
        "Run",
        minimum=0,
        maximum=2**31 - 1,
    )
    device: str = _knob(
        "auto",
        "device",
        "auto uses CUDA if it is there, else MPS, else the CPU.",
        "Run",
        choices=("auto", "cpu", *ACCELERATORS),
    )
    threads: int = _knob(
        1,
        "threads",
        "CPU threads of the training process. Results repeat exactly for an equal number.",
        "Run",
        minimum=1,
        maximum=256,
    )

    own: tuple[tuple[str, Any], ...] = ()
    """All of the method's own knobs by name; those that are not given have their defaults."""

    def __post_init__(self) -> None:
        for knob in COMMON.values():
            object.__setattr__(self, knob.name, knob.check(getattr(self, knob.name)))
        given, known = dict(self.own), self.spec.knobs
        for name in given.keys() - {knob.name for knob in known}:
            raise _not_read(name, self.method)
        own = tuple((knob.name, knob.check(given.get(knob.name, knob.default))) for knob in known)
        object.__setattr__(self, "own", own)

    def __getitem__(self, name: str) -> Any:
        """The value of the knob of this name; KeyError if these settings do not have it."""
        return getattr(self, name) if name in COMMON else dict(self.own)[name]

    @property
    def spec(self) -> MethodSpec:
        """The method's entry in the catalogue."""
        return METHODS[self.method]

    @property
    def rounds(self) -> int:
        """Number of rounds, which share the epochs evenly; schedules begin again in each."""
        return int(self[self.spec.rounds]) if self.spec.rounds else 1

    @property
    def follows_progress(self) -> bool:
        """Whether a step depends on the part of training that is done.

        If not, a longer run begins with the same steps, so a run that is trained further equals an
        uninterrupted one.
        """
        read = self.normal()
        schedules = {read.beta_schedule, read.tau_schedule, read.learning_rate_schedule}
        return schedules != {"constant"} or self.freeze_at < 1 or self.spec.timed or self.rounds > 1

    @property
    def hidden_units(self) -> int:
        """Number of hidden units of the network: `hidden`, or a part of it that is at least 1."""
        return (
            max(1, round(self.hidden * self[self.spec.width])) if self.spec.width else self.hidden
        )

    @property
    def dense_weights(self) -> int:
        """The weights of the dense network of H hidden units: also its MACs for an image."""
        entry = DATASETS[self.dataset]
        return self.hidden * (entry.input_size + len(entry.classes))

    @classmethod
    def from_preset(cls, preset: str, **changes: Any) -> Settings:
        """The preset's settings, overridden by the method's starting values and then `changes`.

        What a preset says of another method's own knobs does not count.

        Raises:
            SettingsError: a change is not accepted, or is of a knob that the method does not read.
        """
        preset = KNOBS["preset"].check(preset)
        method = KNOBS["method"].check(changes.get("method", cls.method))
        read = _read_by(method)
        for name in changes.keys() - read.keys():
            raise _not_read(name, method)
        values = PRESETS[preset].values
        start = {name: value for name, value in values.items() if name in COMMON or name in read}
        return cls.from_dict({"preset": preset, **start, **METHODS[method].defaults, **changes})

    def with_changes(self, **changes: Any) -> Settings:
        """A checked copy with these changes. A new method's own knobs have their defaults."""
        values = self.as_dict()
        if changes.get("method", self.method) != self.method:
            values = {name: value for name, value in values.items() if name in COMMON}
        return Settings.from_dict({**values, **changes})

    def with_defaults(self, names: Iterable[str]) -> Settings:
        """A copy with the defaults of these common knobs."""
        return self.with_changes(**{name: COMMON[name].default for name in names})

    def with_method(self, method: str) -> Settings:
        """The same settings for another method.

        A knob that has the preset's starting value takes the new method's starting value.
        """
        old = Settings.from_preset(self.preset, method=self.method)
        new = Settings.from_preset(self.preset, method=method)
        start = {name: new[name] for name in COMMON if self[name] == old[name]}
        return self.with_changes(**{**start, "preset": self.preset, "method": method})

    def knobs(self) -> tuple[Knob, ...]:
        """The knobs that the method reads: the common ones, then its own."""
        return tuple(_read_by(self.method).values())

    def normal(self) -> Settings:
        """The same settings with the default for each knob that the method does not read.

        Two runs with equal normal settings give the same numbers.
        """
        read = self.knobs()
        return self.with_defaults(name for name, knob in COMMON.items() if knob not in read)

    def baseline(self) -> Settings | None:
        """The settings of the run that this one is compared with; None for a baseline itself.

        Only the method differs: seed, data and optimiser are the same.
        """
        if not self.spec.baseline:
            return None
        return self.with_changes(method=self.spec.baseline).normal()

    def is_baseline_of(self, other: Settings) -> bool:
        """Whether a run with these settings is the baseline of one with the other settings.

        Their presets may differ, and so may what no schedule of the baseline reads. Device and
        threads may differ too. These change how sums are rounded, so two baselines are not equal
        bit for bit; but this changes an accuracy less than another seed does, and one baseline is
        enough to compare with.
        """
        if self.method != other.spec.baseline:
            return False
        baseline = other.baseline()
        return baseline is not None and self._compared() == baseline._compared()

    def _compared(self) -> Settings:
        """The normal settings with the default for all that two equal baselines may differ in."""
        normal = self.normal()
        schedules = {normal.beta_schedule, normal.tau_schedule, normal.learning_rate_schedule}
        ignored = ["preset", "device", "threads"]
        if "warmup" not in schedules:
            ignored.append("warmup")
        if not schedules & {"ramp", "cosine"}:
            ignored.append("freeze_at")
        return normal.with_defaults(ignored)

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in COMMON} | dict(self.own)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """The inverse of `as_dict`; a missing knob has its default.

        Raises:
            SettingsError: a value is not accepted, or a name is not that of a knob.
        """
        common = {name: value for name, value in values.items() if name in COMMON}
        return cls(**common, own=tuple((n, v) for n, v in values.items() if n not in COMMON))

    @classmethod
    def from_stored(cls, values: Mapping[str, Any]) -> Settings:
        """The settings that a run was stored with, also by an earlier version.

        A missing knob has the value `Knob.before`, or else its default. One that was renamed is
        read by its old name.

        Raises:
            SettingsError: a value is not accepted, or a name is not that of a knob.
        """
        method = COMMON["method"].check(values.get("method", cls.method))
        knobs = _read_by(method).values()
        before = {knob.name: knob.before for knob in knobs if knob.before is not None}
        renamed = {_RENAMED.get(name, name): value for name, value in values.items()}
        return cls.from_dict({**before, **renamed})

    def to_query(self) -> dict[str, str]:
        """The fewest URL parameters from which `from_query` makes settings of the same run.

        Knobs that the method does not read are left out.
        """
        base = Settings.from_preset(self.preset, method=self.method)
        names = [knob.name for knob in self.knobs()]
        changed = {name: self[name] for name in names if self[name] != base[name]}
        if self.method != Settings.method:
            changed["method"] = self.method
        return {"preset": self.preset} | {name: f"{value}" for name, value in changed.items()}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Settings, list[SettingsError]]:
        """Read URL parameters; a wrong one leaves the preset's value, and its error is returned."""
        problems: list[SettingsError] = []
        accepted: dict[str, Any] = {}
        for name in (name for name in query if name in KNOBS):
            try:
                accepted[name] = KNOBS[name].check(query[name])
            except SettingsError as problem:
                problems.append(problem)
        method = accepted.get("method", cls.method)
        read = _read_by(method)
        problems += [_not_read(name, method) for name in accepted if name not in read]
        accepted = {name: value for name, value in accepted.items() if name in read}
        return cls.from_preset(accepted.pop("preset", cls.preset), **accepted), problems


def _read_by(method: str) -> dict[str, Knob]:
    """The knobs that a method reads, by name: the common ones, then its own."""
    spec = METHODS[method]
    common = {n: knob for n, knob in COMMON.items() if n not in SHARED or n in spec.shared}
    return common | {knob.name: knob for knob in spec.knobs}


def readers_of(name: str) -> list[str]:
    """The names of the methods that read the knob of this name."""
    return [method for method in METHODS if name in _read_by(method)]


def _not_read(name: str, method: str) -> SettingsError:
    """The error for a knob that this method does not read."""
    if name not in KNOBS:
        return SettingsError(name, f"{name[:40]!r} is not a setting of this version of dgviz.")
    readers = readers_of(name)
    return SettingsError(
        name,
        f"{KNOBS[name].full_name} is a setting of the method{'s' if len(readers) > 1 else ''} "
        f"{joined(readers)}, and the method here is {method}.",
    )


_TYPES = get_type_hints(Settings)
COMMON: dict[str, Knob] = {
    f.name: Knob(name=f.name, kind=_TYPES[f.name], default=f.default, **f.metadata)
    for f in fields(Settings)
    if f.name != "own"
}
"""The fields of `Settings`."""

KNOBS: dict[str, Knob] = COMMON | {
    knob.name: knob for spec in METHODS.values() for knob in spec.knobs
}
"""Every knob of every method."""
