"""Successive halving: trials that are behind the others are stopped early.

After each of its `checks`, which are about a ninth and a third of its epochs, a trial goes on only
if its validation accuracy is among the best third of all trials that have come so far (Li et al.
2020, "A System for Massively Parallel Hyperparameter Tuning", with Optuna's pruner). The trials
know of each other by one file in the folder of the sweep, which is written like a log and needs no
database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dgviz.settings import Settings
from dgviz.sweeps.grid import trial_id

if TYPE_CHECKING:
    import optuna

LOG = "halving.log"
_KEPT = 3
"""One in so many trials goes on."""


class HalvingError(Exception):
    """Trials cannot be stopped early; the message is one sentence."""


class Race:
    """One trial among all others of its sweep. Made by `race`."""

    def __init__(self, log: Path, trial: optuna.Trial, checks: tuple[int, ...]) -> None:
        self._log, self._trial, self._checks = log, trial, checks

    def goes_on(self, epoch: int, accuracy: float) -> bool:
        """Report the validation accuracy after an epoch; whether the trial is to go on.

        A trial that was interrupted may come to the same check again. It counts once, and has the
        same answer.

        Raises:
            HalvingError: the log of the sweep's trials is damaged.
        """
        # Optuna would check again after every further power of three.
        if epoch not in self._checks:
            return True
        answer = f"goes_on_after_{epoch}"
        with _damage(self._log):
            if answer not in self._trial.user_attrs:
                goes_on = self._compared(epoch)
                if goes_on is None:
                    self._trial.report(accuracy, epoch)
                    goes_on = not self._trial.should_prune()
                self._trial.set_user_attr(answer, goes_on)
            return bool(self._trial.user_attrs[answer])

    def _compared(self, epoch: int) -> bool | None:
        """An answer in the place of one that was lost with a killed process.

        Optuna would not compare the trial a second time, but let it go on. None if it has not
        been compared.
        """
        rung = f"completed_rung_{self._checks.index(epoch)}"
        reached = {
            trial._trial_id: trial.system_attrs[rung]
            for trial in self._trial.study.get_trials(deepcopy=False)
            if rung in trial.system_attrs
        }
        mine = reached.get(self._trial._trial_id)
        best = sorted(reached.values(), reverse=True)
        return None if mine is None else mine >= best[max(len(best) // _KEPT, 1) - 1]


def checks(epochs: int) -> tuple[int, ...]:
    """The epochs after which a trial of so many epochs may be stopped, at most two.

    The first is the whole number nearest to a ninth, but at least 1, and the second is three times
    the first: 1 and 3 of 9 epochs, 2 and 6 of 14. The last epoch is not checked.
    """
    first = max(1, round(epochs / _KEPT**2))
    return tuple(epoch for epoch in (first, _KEPT * first) if epoch < epochs)


def race(folder: Path, settings: Settings) -> Race:
    """Let a trial race against the others of its sweep.

    One that was interrupted goes on with what it has reported.

    Args:
        folder: of the sweep.

    Raises:
        HalvingError: Optuna is not installed, there are no validation images, or the log of the
            sweep's trials is damaged.
    """
    try:
        import optuna

        from dgviz.sweeps.halving_log import storage
    except ImportError:
        raise HalvingError(
            "Optuna, which stops trials early, is not installed; this installs it: "
            "pip install dgviz[halving]"
        ) from None
    if not settings.validation:
        raise HalvingError("To stop trials early, set images aside for validation.")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    log, epochs = folder / LOG, checks(settings.epochs)
    with _damage(log):
        study = optuna.create_study(
            storage=storage(log),
            study_name="sweep",
            direction="maximize",
            load_if_exists=True,
            pruner=optuna.pruners.SuccessiveHalvingPruner(
                min_resource=min(epochs, default=1), reduction_factor=_KEPT
            ),
        )
        return Race(log, _trial(study, trial_id(settings)), epochs)


def _trial(study: optuna.Study, name: str) -> optuna.Trial:
    """What Optuna knows as this trial.

    It is never told that the trial has ended, because a process may be killed at any time, also
    between that and the trial's result. What counts are the accuracies that were reported.
    """
    import optuna

    running = (optuna.trial.TrialState.RUNNING,)
    for known in study.get_trials(deepcopy=False, states=running):
        if known.user_attrs.get("trial") == name:
            return optuna.Trial(study, known._trial_id)
    trial = study.ask()
    trial.set_user_attr("trial", name)
    return trial


@contextlib.contextmanager
def _damage(log: Path) -> Iterator[None]:
    """Say in one sentence that Optuna cannot read the log."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise HalvingError(
            f"{log} is damaged; when it is removed, trials are compared with later ones only."
        ) from problem
