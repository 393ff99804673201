"""A plan of a comparison: the runs that it needs, from few choices that fit into a link."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dgviz.comparison.tuned import settings_for, takes_a_ratio
from dgviz.formatting import plain
from dgviz.methods.catalogue import METHODS
from dgviz.number_text import read_number
from dgviz.settings import KNOBS, Settings, SettingsError

MOST_RUNS = 200
MOST_SEEDS = 10
SMALLEST_RATIO, LARGEST_RATIO = 0.005, 0.9


class PlanError(ValueError):
    """A choice is not accepted; the message is one sentence."""


class PlannedRun(NamedTuple):
    """A run of a plan.

    Attributes:
        ratio: the wanted ratio of active connections; None if it is not chosen.
    """

    method: str
    ratio: float | None
    seed: int
    settings: Settings


@dataclass(frozen=True)
class Plan:
    """The choices of a comparison. All runs have the preset's other settings in common.

    Attributes:
        methods: names in `METHODS`, at least one, in the order of the table.
        ratios: wanted ratios of active connections, each from `SMALLEST_RATIO` to `LARGEST_RATIO`.
            Each method that can reach one has a run for each; without ratios, it has its own
            starting values.
        seeds: the number of seeds, which are 0, 1, …

    Raises:
        PlanError: a choice is not accepted, or there are more than `MOST_RUNS` runs.
    """

    preset: str = "classroom"
    methods: tuple[str, ...] = (Settings.method, METHODS[Settings.method].baseline)
    ratios: tuple[float, ...] = ()
    seeds: int = 1
    epochs: int = Settings.from_preset("classroom").epochs
    hidden: int = Settings.hidden

    def __post_init__(self) -> None:
        methods = tuple(_check_of("method")(method) for method in dict.fromkeys(self.methods))
        if not methods:
            raise PlanError("A comparison needs at least one method.")
        ratios = sorted({_ratio(ratio) for ratio in self.ratios}, reverse=True)
        checked = {"methods": methods, "ratios": tuple(ratios), "seeds": _seeds(self.seeds)}
        for name in ("preset", "epochs", "hidden"):
            checked[name] = _check_of(name)(getattr(self, name))
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        if (runs := self.seeds * len(list(self._rows()))) > MOST_RUNS:
            raise PlanError(
                f"A comparison has at most {MOST_RUNS} runs, and this one would have {runs:,}: "
                "choose fewer methods, ratios or seeds."
            )

    def runs(self) -> list[PlannedRun]:
        """All runs in the order in which to train them: seed 0 of every method first."""
        return [
            PlannedRun(method, ratio, seed, self._settings(method, ratio, seed))
            for seed in range(self.seeds)
            for ratio, method in self._rows()
        ]

    def to_query(self) -> dict[str, list[str]]:
        """The parameters of a link, each with its values, from which `from_query` makes this."""
        start = type(self)(preset=self.preset, epochs=epochs_of(self.preset))
        query = {"preset": [self.preset], "method": list(self.methods)}
        if self.ratios:
            query["ratio"] = [plain(ratio) for ratio in self.ratios]
        for name in ("seeds", "epochs", "hidden"):
            if (value := getattr(self, name)) != getattr(start, name):
                query[name] = [str(value)]
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, Sequence[str]]) -> tuple[Plan, list[str]]:
        """Read the parameters of a link; others are ignored, and without any it is `Plan()`.

        Returns:
            The plan with all accepted choices, and one sentence for each that is not accepted.
        """
        problems: list[str] = []

        def accepted(name: str, check: Callable[[str], Any]) -> list[Any]:
            values = []
            for text in query.get(name, ()):
                try:
                    values.append(check(text))
                except PlanError as problem:
                    problems.append(str(problem))
            return values

        preset = [cls.preset, *accepted("preset", _check_of("preset"))][-1]
        chosen: dict[str, Any] = {"preset": preset, "epochs": epochs_of(preset)}
        if methods := accepted("method", _check_of("method")):
            chosen["methods"] = tuple(methods)
        if ratios := accepted("ratio", _ratio):
            chosen["ratios"] = tuple(ratios)
        for name, check in (
            ("seeds", _seeds),
            ("epochs", _check_of("epochs")),
            ("hidden", _check_of("hidden")),
        ):
            for value in accepted(name, check)[-1:]:
                chosen[name] = value
        try:
            return cls(**chosen), problems
        except PlanError as too_large:
            return cls(preset=preset, epochs=epochs_of(preset)), [*problems, str(too_large)]

    def _rows(self) -> Iterator[tuple[float | None, str]]:
        """The ratio and the method of each row of the table."""
        for number, ratio in enumerate(self.ratios or (None,)):
            for method in self.methods:
                if ratio is not None and takes_a_ratio(METHODS[method]):
                    yield ratio, method
                elif number == 0:
                    yield None, method

    def _settings(self, method: str, ratio: float | None, seed: int) -> Settings:
        common = {"seed": seed, "epochs": self.epochs, "hidden": self.hidden}
        settings = Settings.from_preset(self.preset, method=method, **common)
        return settings if ratio is None else settings.with_changes(**settings_for(settings, ratio))


def epochs_of(preset: str) -> int:
    """The epochs of a preset."""
    return Settings.from_preset(preset).epochs


def _check_of(name: str) -> Callable[[object], Any]:
    """The check of a common setting, which raises a `PlanError`."""

    def check(value: object) -> Any:
        try:
            return KNOBS[name].check(value)
        except SettingsError as problem:
            raise PlanError(str(problem)) from problem

    return check


def _seeds(value: object) -> int:
    number = read_number(str(value))
    if number is None or number != int(number) or not 1 <= number <= MOST_SEEDS:
        raise PlanError(
            f"The number of seeds must be a whole number from 1 to {MOST_SEEDS}; it was "
            f"{str(value)[:40]!r}."
        )
    return int(number)


def _ratio(value: object) -> float:
    number = read_number(str(value))
    if number is None or not SMALLEST_RATIO <= number <= LARGEST_RATIO:
        raise PlanError(
            f"A ratio of active connections must be a number from {SMALLEST_RATIO} to "
            f"{LARGEST_RATIO}; it was {str(value)[:40]!r}."
        )
    return number
