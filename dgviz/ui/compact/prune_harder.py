"""Another threshold after training: accuracy against τ, with a slider."""

from __future__ import annotations

from dataclasses import replace

from dgviz.compaction.recipe import AS_TRAINED
from dgviz.compaction.tau_curve import TauCurve
from dgviz.ui import components
from dgviz.ui.compact import state


def prune_harder(run: str, curve: TauCurve, caption: list[str]) -> None:
    """Show accuracy and size against τ, with a slider that compacts when it is released.

    Args:
        run: the id of the run.
        caption: the lines beneath a saved picture.
    """
    recipe = state.view().recipe
    chosen = recipe.tau
    later = ", ".join(replace(recipe, tau=None).steps)
    components.compact_tau(
        {
            "run": run,
            "tau": curve.own if chosen is None else chosen,
            "own": curve.own,
            "images": curve.images,
            # Else they seem to contradict the accuracies of the network at the top of the page.
            "note": later
            and f"These accuracies are of the network as trained, before these steps: {later}.",
            "points": [
                {
                    "tau": point.tau,
                    "accuracy": point.accuracy,
                    "connections": point.connections,
                    "widths": point.widths,
                }
                for point in curve.points
            ],
            "caption": caption,
        },
        on_change=lambda tau: _choose(tau, curve.own),
    )


def empty_axes(run: str) -> None:
    """Show the card before its curve is measured, so that the page hardly moves when it comes."""
    components.compact_tau(
        {"run": run, "tau": 0, "own": 0, "images": 0, "note": "", "points": [], "caption": []},
        on_change=lambda tau: None,
    )


def _choose(tau: float, own: float) -> None:
    recipe = state.view().recipe
    state.choose_recipe(replace(recipe, tau=AS_TRAINED.tau if tau == own else tau))
