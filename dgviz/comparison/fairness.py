"""Where a comparison is not fair: what some of the methods get, and others do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from dgviz.comparison.table import NEAR_ENOUGH, Row
from dgviz.formatting import joined, plain, ratio
from dgviz.knob import Knob
from dgviz.methods.catalogue import METHODS, SHARED
from dgviz.runs.courses import value_text
from dgviz.settings import COMMON, Settings

_OF_THE_PLAN = ("preset", "method", "seed", "device", "threads")
_OF_HELPS = (
    "label_smoothing",
    "weight_decay",
    "distillation",
    "learning_rate_schedule",
    "freeze_at",
    "warmup",
)

_ByMethod = Mapping[str, set[str]]
"""What the runs of each method have, as texts; "" if it is nothing."""


def unfairness(settings: Iterable[Settings]) -> list[str]:
    """One sentence for each help that only some methods get, for each setting that differs, and for
    each method that divides its epochs.

    Args:
        settings: of all runs that are compared.
    """
    every = list(settings)
    sentences = []
    for help_of in (_smoothing, _decay, _decayed, _teacher, _tail):
        sentences += _only_some(_by_method(every, help_of))
    for text in dict.fromkeys(text for one in every for text in one.spec.helps):
        sentences += _only_some(_by_method(every, partial(_own_help, text)))
    for name, knob in COMMON.items():
        if name not in SHARED and name not in _OF_THE_PLAN + _OF_HELPS:
            sentences += _differing(knob, _by_method(every, partial(_value, knob)))
    return [*sentences, *_rounds(one for one in every if one.spec.rounds)]


def common_helps(settings: Iterable[Settings]) -> str:
    """A sentence on what all runs get beside their method's own idea; "" for nothing."""
    every = list(settings)
    found = [{help_of(one) for one in every} for help_of in (_smoothing, _decay, _tail)]
    texts = [text for texts in found if len(texts) == 1 for text in texts if text]
    return f"All methods get {joined(texts)}." if texts else ""


def missed_targets(rows: Iterable[Row]) -> list[str]:
    """A sentence that names the rows with far more or fewer weights than wanted; none without."""
    missed = [
        f"{row.title} (target {plain(row.ratio)}, reached {ratio(row.missed)})"
        for row in rows
        if row.ratio is not None and row.missed is not None
    ]
    if not missed:
        return []
    return [f"{joined(missed)} missed the target by more than a factor of {NEAR_ENOUGH:g}."]


def _rounds(settings: Iterable[Settings]) -> list[str]:
    """A sentence for each method that divides its epochs into rounds."""
    divided: dict[tuple[str, int], dict[int, str]] = {}
    for one in settings:
        last = plain(one.epochs / one.rounds, 3)
        divided.setdefault((one.spec.title, one.epochs), {})[one.rounds] = last
    return [
        f"{title} divides its epochs into {joined(map(str, rounds), 'or')} rounds: its last "
        f"network is trained for {joined(rounds.values(), 'or')} of the {epochs:,} epochs."
        for (title, epochs), rounds in divided.items()
    ]


def _by_method(settings: Iterable[Settings], text: Callable[[Settings], str]) -> _ByMethod:
    texts: dict[str, set[str]] = {}
    for one in settings:
        texts.setdefault(one.method, set()).add(text(one))
    return texts


def _value(knob: Knob, settings: Settings) -> str:
    return value_text(knob, settings[knob.name])


def _differing(knob: Knob, values: _ByMethod) -> list[str]:
    if all(found == next(iter(values.values())) for found in values.values()):
        return []
    titles: dict[str, list[str]] = {}
    for method, found in values.items():
        titles.setdefault(joined(sorted(found)), []).append(_title(method))
    parts = [f"{value} for {joined(methods)}" for value, methods in titles.items()]
    return [f"{knob.title} differs: {'; '.join(parts)}."]


def _smoothing(settings: Settings) -> str:
    amount = settings.label_smoothing
    return f"label smoothing of {plain(amount)}" if amount else ""


def _decay(settings: Settings) -> str:
    amount = settings.weight_decay
    return f"weight decay of {plain(amount)}" if amount else ""


def _decayed(settings: Settings) -> str:
    parts = settings.spec.decays
    return f"its weight decay on {parts}" if parts and settings.weight_decay else ""


def _teacher(settings: Settings) -> str:
    part = settings.distillation
    return f"a teacher, with which {plain(100 * part)}% of its loss compare it" if part else ""


def _tail(settings: Settings) -> str:
    if settings.learning_rate_schedule != "cosine" or settings.freeze_at >= 1:
        return ""
    return f"a learning rate that falls to 0 from {plain(100 * settings.freeze_at)}% of training on"


def _own_help(text: str, settings: Settings) -> str:
    return text if text in settings.spec.helps else ""


def _only_some(helps: _ByMethod) -> list[str]:
    """A sentence for each help that some methods have, and others do not."""
    sentences = []
    for text in sorted(set().union(*helps.values()) - {""}):
        having = [method for method, found in helps.items() if text in found]
        if any(helps[method] != {text} for method in helps):
            verb = "gets" if len(having) == 1 else "get"
            sentences.append(f"Only {joined([_title(m) for m in having])} {verb} {text}.")
    return sentences


def _title(method: str) -> str:
    return METHODS[method].title
