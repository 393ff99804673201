"""The run of the Pixels page: its list, its player, and the caption of its pictures."""

from __future__ import annotations

from dgviz.data.catalogue import DATASETS
from dgviz.formatting import system_text
from dgviz.live.hub import Run
from dgviz.runs.card import SystemInfo
from dgviz.runs.courses import courses
from dgviz.runs.record import title_of
from dgviz.runs.store import RunNotFound, the_store
from dgviz.training import machine
from dgviz.ui import components, run_choice
from dgviz.ui.pixels import state


def run_picker(run: Run | None) -> None:
    run_choice.run_picker(run, key="pixels_picker", on_pick=state.choose, links=("Compact",))


def replay(run: Run) -> None:
    """Show a player of the run's recording, which all cards follow once the run has ended."""
    components.scrubber(
        run,
        at=state.at(),
        on_seek=lambda: state.set_step(components.chosen_step()),
    )


def caption(run: Run) -> list[str]:
    """The run in a few lines, for the caption of a saved picture."""
    settings = run.settings
    known = courses(settings, [entry for entry in run.log if entry["kind"] == "knob"])
    lines = [
        f"{settings.spec.title} on {DATASETS[settings.dataset].title}, {title_of(settings, known)}",
        f"run {run.id}",
    ]
    return [*lines, system_text(_versions(run))]


def _versions(run: Run) -> SystemInfo:
    """The versions that the run was trained with, perhaps on another machine."""
    try:
        sessions = the_store().record(run.id).sessions
    except RunNotFound:
        sessions = ()
    return (sessions and sessions[-1].versions) or machine.versions()


def empty_page() -> None:
    """Explain what the page shows, with a link to train a run."""
    run_choice.empty_page(
        "When a network has been trained, this page shows which pixels it uses, which pixels "
        "count for each class, and how it classifies a single digit."
    )
