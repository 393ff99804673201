"""The one table of every knob: widgets, URL, command line, validation and docs are read off it.

A knob is one field of `Settings`; adding one is adding one field. Nothing here imports torch or
Streamlit, so the server, the workers and a notebook share it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from numbers import Real
from typing import Any, get_type_hints

from dgviz.data.catalogue import DATASETS
from dgviz.gates.schedules import SCHEDULES
from dgviz.number_text import read_number

METHOD_TITLES = {"dynamicgate": "DynamicGate-MLP", "dense": "dense"}
"""What the methods are called on the screen."""


class SettingsError(ValueError):
    """A value that a knob does not accept. `knob` names it; the message is one sentence."""

    def __init__(self, knob: str, message: str) -> None:
        super().__init__(message)
        self.knob = knob


@dataclass(frozen=True)
class Knob:
    """What is known of one setting: where it may go and how to speak of it."""

    name: str
    kind: type
    default: Any
    label: str
    help: str
    group: str
    symbol: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    """How far one press of its + or − goes."""
    choices: tuple[str, ...] = ()
    gates_only: bool = False
    """Has no meaning for a network without gates."""
    live: bool = False
    """May change between any two steps of a run."""
    stops: tuple[float, ...] = ()
    """The positions of its slider, ascending."""

    @property
    def short_name(self) -> str:
        """Its symbol where it has one: "β", "epochs"."""
        return self.symbol or self.label

    @property
    def title(self) -> str:
        """How a form names it: "β sparsity penalty", "Epochs", "β schedule"."""
        if self.symbol:
            return f"{self.symbol} {self.label}"
        first = self.label[0]
        # A capital Greek letter is another symbol.
        return (first.upper() if first.isascii() else first) + self.label[1:]

    @property
    def flag(self) -> str:
        """The command-line option: `--learning-rate`."""
        return "--" + self.name.replace("_", "-")

    @property
    def accepted(self) -> str:
        """The accepted values, in words that finish the sentence 'must be …'."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        noun = "a whole number" if self.kind is int else "a number"
        # Ten digits: no bound has more, and a seed's is not to be shown as 2.14748e+09.
        return f"{noun} from {self.minimum:.10g} to {self.maximum:.10g}"

    def check(self, value: object) -> Any:
        """Return `value` as this knob's type, or raise `SettingsError` saying what is accepted.

        Text is parsed, because a URL and a command line hold nothing else.
        """
        parsed = self._parse(value)
        if parsed is None:
            name = f"{self.symbol} ({self.name})" if self.symbol else self.name
            shown = str(value)[:40]
            raise SettingsError(self.name, f"{name} must be {self.accepted}; it was {shown!r}.")
        return parsed

    def _parse(self, value: object) -> Any:
        if self.choices:
            return value if value in self.choices else None
        if isinstance(value, bool) or not isinstance(value, Real | str):
            return None
        try:
            number = read_number(value) if isinstance(value, str) else float(value)
        except OverflowError:
            return None
        assert self.minimum is not None and self.maximum is not None
        if number is None or not self.minimum <= number <= self.maximum:
            return None
        if self.kind is int:
            return int(number) if number == int(number) else None
        return number


def _log_stops(low: float, high: float, per_decade: int) -> tuple[float, ...]:
    """Evenly spaced on a logarithmic scale, rounded to two digits so that they read well."""
    count = round(math.log10(high / low) * per_decade)
    return tuple(float(f"{low * (high / low) ** (i / count):.2g}") for i in range(count + 1))


def _knob(default: Any, label: str, help: str, group: str, **rest: Any) -> Any:
    metadata = {"label": label, "help": help, "group": group, **rest}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run. Two equal `Settings` on one device give the same numbers.

    Raises:
        SettingsError: a value is out of range or of the wrong kind.
    """

    preset: str = _knob(
        "paper",
        "Preset",
        "Where the other settings start from.",
        "Run",
        choices=("paper", "classroom", "sparse"),
    )
    method: str = _knob(
        "dynamicgate",
        "Method",
        "DynamicGate-MLP learns a gate for every weight; dense is the baseline without gates.",
        "Run",
        choices=tuple(METHOD_TITLES),
    )
    beta: float = _knob(
        0.03,
        "sparsity penalty",
        "Loss = cross-entropy + β · mean(gate probability). A higher β closes more gates. Lowering "
        "β does not reopen gates; use −1.",
        "Gates",
        symbol="β",
        minimum=-1,
        maximum=30,
        live=True,
        gates_only=True,
        stops=(-1.0, 0.0, *_log_stops(0.001, 30, per_decade=15)),
    )
    tau: float = _knob(
        0.5,
        "threshold",
        "A connection is active while σ(gate logit) > τ. Drag to preview, release to train with τ.",
        "Gates",
        symbol="τ",
        minimum=0,
        maximum=1,
        live=True,
        gates_only=True,
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
        gates_only=True,
    )
    hidden: int = _knob(
        256,
        "hidden units",
        "Width of the hidden layer; the paper's is 256.",
        "Network",
        symbol="H",
        minimum=1,
        maximum=2048,
    )
    learning_rate: float = _knob(
        1e-3,
        "learning rate",
        "Adam's step size, for weights and gate logits.",
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
        "Passes over the training images; the paper trains for 50.",
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
    beta_schedule: str = _knob(
        "constant",
        "β schedule",
        "The factor that β is multiplied by during training.",
        "Schedule",
        choices=SCHEDULES,
        gates_only=True,
    )
    tau_schedule: str = _knob(
        "constant",
        "τ schedule",
        "The factor that τ is multiplied by during training.",
        "Schedule",
        choices=SCHEDULES,
        gates_only=True,
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
        "freeze gates at",
        "After this part of training the gate logits no longer change. A ramp ends here, and a "
        "cosine decay begins here. 1 means never.",
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
        "Decides the initial weights, the validation images and the order of the training images.",
        "Run",
        minimum=0,
        maximum=2**31 - 1,
    )
    device: str = _knob(
        "auto",
        "device",
        "auto uses CUDA if there is one, else MPS, else the CPU.",
        "Run",
        choices=("auto", "cpu", "cuda", "mps"),
    )
    threads: int = _knob(
        1,
        "threads",
        "CPU threads of the training process. Results repeat exactly for an equal number.",
        "Run",
        minimum=1,
        maximum=256,
    )

    def __post_init__(self) -> None:
        for knob in KNOBS.values():
            object.__setattr__(self, knob.name, knob.check(getattr(self, knob.name)))

    @classmethod
    def from_preset(cls, preset: str, **changes: Any) -> Settings:
        """The preset's settings with `changes` on top."""
        preset = KNOBS["preset"].check(preset)
        return cls(**{"preset": preset, **PRESETS[preset].values, **changes})

    def with_changes(self, **changes: Any) -> Settings:
        """A checked copy."""
        return replace(self, **changes)

    def knobs(self) -> tuple[Knob, ...]:
        """Those that the method reads: a network without gates has none of the gates' knobs."""
        gated = self.method != "dense"
        return tuple(knob for knob in KNOBS.values() if gated or not knob.gates_only)

    def dense_twin(self) -> Settings:
        """The dense run that differs in nothing but the gates: same seed, data and optimiser."""
        gates = {knob.name: knob.default for knob in KNOBS.values() if knob.gates_only}
        return replace(self, **{**gates, "method": "dense"})

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """The inverse of `as_dict`; a knob that is missing takes its default.

        Raises:
            SettingsError: a value is not accepted, or a name is not a knob's.
        """
        for name in values:
            if name not in KNOBS:
                message = f"{name[:40]!r} is not a setting of this version of dgviz."
                raise SettingsError(name, message)
        return cls(**values)

    def to_query(self) -> dict[str, str]:
        """The shortest URL parameters that `from_query` turns back into these settings."""
        base = Settings.from_preset(self.preset)
        changed = {
            knob.name: getattr(self, knob.name)
            for knob in KNOBS.values()
            if getattr(self, knob.name) != getattr(base, knob.name)
        }
        return {"preset": self.preset} | {name: f"{value}" for name, value in changed.items()}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Settings, list[SettingsError]]:
        """Read URL parameters; a bad one keeps the preset's value and is reported, not raised."""
        problems: list[SettingsError] = []
        accepted: dict[str, Any] = {}
        for name in (name for name in query if name in KNOBS):
            try:
                accepted[name] = KNOBS[name].check(query[name])
            except SettingsError as problem:
                problems.append(problem)
        return cls.from_preset(accepted.pop("preset", cls.preset), **accepted), problems


@dataclass(frozen=True)
class Preset:
    """A named starting point."""

    title: str
    description: str
    values: Mapping[str, Any]


_TYPES = get_type_hints(Settings)
KNOBS: dict[str, Knob] = {
    f.name: Knob(name=f.name, kind=_TYPES[f.name], default=f.default, **f.metadata)
    for f in fields(Settings)
}

PRESETS: dict[str, Preset] = {
    "paper": Preset(
        "Paper",
        "The settings of the paper: 50 epochs. About 40% of the connections stay active.",
        {},
    ),
    "classroom": Preset(
        "Classroom",
        "Gates close within seconds: they start close to τ, and β is high. 15 epochs.",
        {"beta": 1.0, "initial_logit": 0.25, "epochs": 15},
    ),
    "sparse": Preset(
        "Sparse",
        "About 4% of the connections stay active: β is high. In the last fifth of 50 epochs the "
        "gates no longer change, and the learning rate falls.",
        {
            "beta": 1.0,
            "label_smoothing": 0.1,
            "learning_rate_schedule": "cosine",
            "freeze_at": 0.8,
        },
    ),
}
