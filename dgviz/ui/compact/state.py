"""The state of the Compact page in one browser tab, synchronised with the URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dgviz.compaction.recipe import AS_TRAINED, NAMES, Recipe
from dgviz.compaction.speed.measurement import Measurement
from dgviz.formatting import count, counted, joined
from dgviz.live.hub import Run
from dgviz.settings import SettingsError
from dgviz.ui import address, run_choice
from dgviz.ui.notes import note

_VIEW = "compact_view"


@dataclass(frozen=True)
class View:
    """What the page shows.

    Attributes:
        run: the id of the run; None for the newest one.
        recipe: what is done to its network after training.
        batch, threads: of the times; None for the first ones that were measured.
        chosen: whether the run is the reader's choice or a default; False if it replaces one that
            does not exist. Then nothing starts by itself.
    """

    run: str | None = None
    recipe: Recipe = AS_TRAINED
    batch: int | None = None
    threads: int | None = None
    chosen: bool = True


def restore() -> None:
    """Apply a new query of the address.

    Without a run in it, the page shows the Live page's run, or else the newest.
    """
    if (query := address.new_query("compact")) is not None:
        st.session_state[_VIEW] = _read(query)
    if view().run is None:
        change(run=run_choice.first_choice())


def view() -> View:
    current: View = st.session_state[_VIEW]
    return current


def change(**changes: Any) -> None:
    st.session_state[_VIEW] = replace(view(), **changes)


def current_run() -> Run | None:
    """The run to show; if it cannot be found, the newest one as it was trained, with a note."""
    wanted = view().run
    run = run_choice.found(wanted)
    if wanted and (run is None or run.id != wanted):
        change(run=run.id if run else None, recipe=AS_TRAINED, chosen=False)
    return run


def choose_run(run_id: str) -> None:
    """Show another run, as it was trained: a recipe suits one run."""
    change(run=run_id, recipe=AS_TRAINED, chosen=True)


def choose_recipe(recipe: Recipe) -> None:
    change(recipe=recipe, chosen=True)


def setting(settings: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The batch size and the threads to show, of those that were measured."""
    batches = list(dict.fromkeys(batch for batch, _ in settings))
    threads = list(dict.fromkeys(count for _, count in settings))
    batch, count = view().batch, view().threads
    return (
        batch if batch in batches else batches[0],
        count if count in threads else threads[0],
    )


def drop_unmeasured(measured: Measurement) -> list[str]:
    """Forget a batch size or a number of threads without times; a sentence about each."""
    sentences = []
    given = {"batch": view().batch, "threads": view().threads}
    for place, (name, value) in enumerate(given.items()):
        options = list(dict.fromkeys(setting[place] for setting in measured.settings))
        if value is not None and value not in options:
            known = joined(map(count, options))
            sentences.append(
                f"There are no times for batches of {count(value)}, only of {known}."
                if name == "batch"
                else f"There are no times with {counted(value, 'thread')}, only with {known}."
            )
            change(**{name: None})
    return sentences


def write_url() -> None:
    shown = view()
    values = {
        "run": shown.run,
        **shown.recipe.named,
        "batch": shown.batch,
        "threads": shown.threads,
    }
    # A float without its last digits of noise.
    texts = {name: f"{x:g}" if isinstance(x, float) else x for name, x in values.items()}
    address.write(
        {name: str(text) for name, text in texts.items() if text is not None},
        is_correction=not shown.chosen,
    )


def _read(query: address.Query) -> View:
    recipe = AS_TRAINED
    for part, name in NAMES.items():
        if text := query.last(name):
            try:
                recipe = Recipe.from_dict({**recipe.as_dict(), part: text})
            except SettingsError as problem:
                note(f"In the link: {problem} It is left out.")
    return View(
        run=query.last("run") or None,
        recipe=recipe,
        batch=query.number("batch", least=1),
        threads=query.number("threads", least=1),
    )
