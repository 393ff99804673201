"""Successive halving: trials that are behind the others are stopped early.

After a ninth and a third of its epochs, a trial goes on only if its validation accuracy is among
the best third of all trials that have come so far (Li et al. 2020, "A System for Massively Parallel
Hyperparameter Tuning", with Optuna's pruner). The trials know of each other by one file in the
folder of the sweep, which is written like a log and needs no database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from dgviz.settings import Settings
from dgviz.sweeps.grid import trial_id

LOG = "halving.log"
_KEPT = 3
"""One in so many trials goes on."""


class HalvingError(Exception):
    """Trials cannot be stopped early; the message is one sentence."""


class Race:
    """One trial among all others of its sweep. Made by `race`."""

    def __init__(self, study: object, trial: object) -> None:
        self._study, self._trial = study, trial

    def goes_on(self, epoch: int, accuracy: float) -> bool:
        """Report the validation accuracy after an epoch; whether the trial is to go on."""
        self._trial.report(accuracy, epoch)  # type: ignore[attr-defined]
        return not self._trial.should_prune()  # type: ignore[attr-defined]


def first_check(epochs: int) -> int:
    """The epoch after which a trial of so many epochs may be stopped first."""
    return max(1, round(epochs / _KEPT**2))


@contextlib.contextmanager
def race(folder: Path, settings: Settings) -> Iterator[Race]:
    """Let a trial race against the others of its sweep.

    Args:
        folder: of the sweep.

    Raises:
        HalvingError: Optuna is not installed, or there are no validation images.
    """
    try:
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend
    except ImportError:
        raise HalvingError(
            "Optuna, which stops trials early, is not installed; this installs it: "
            "pip install dgviz[halving]"
        ) from None
    if not settings.validation:
        raise HalvingError("To stop trials early, set images aside for validation.")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(folder / LOG))),
        study_name="sweep",
        direction="maximize",
        load_if_exists=True,
        pruner=optuna.pruners.SuccessiveHalvingPruner(
            min_resource=first_check(settings.epochs), reduction_factor=_KEPT
        ),
    )
    trial = study.ask()
    trial.set_user_attr("trial", trial_id(settings))
    state = optuna.trial.TrialState.FAIL
    try:
        yield Race(study, trial)
        state = optuna.trial.TrialState.PRUNED
    finally:
        # Whether it was stopped or not: what counts are the accuracies that it has reported.
        study.tell(trial, state=state)
