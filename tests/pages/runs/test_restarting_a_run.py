"""Runs that are started from a run: with another setting, or trained further."""

from __future__ import annotations

import pytest
from runs_page import DENSE, A, C, add, button, click, is_live, open_page, table_text, words
from synthetic_run import SETTINGS

from dgviz.live.hub import Hub
from dgviz.methods.catalogue import METHODS
from dgviz.runs.store import Store
from dgviz.settings import Settings, SettingsError
from dgviz.ui.runs.restart import changed_settings

L0_BETA = METHODS["l0"].defaults["beta"]


def test_restart_changes_one_knob_and_records_the_parent(three: Store, hub: Hub) -> None:
    page = open_page(run=A)
    assert button(page, "Start the new run").disabled
    page.selectbox(key=f"runs_knob_{A}").select("beta").run()
    page.number_input(key=f"runs_value_{A}_beta").set_value(0.4).run()
    assert "**β 0.4 instead of 0.1**. All other settings stay the same" in words(page)
    click(page, "Start the new run")
    assert is_live(page)
    run = hub.find(page.query_params["run"])
    assert run.settings == SETTINGS.with_changes(beta=0.4)
    assert run.status()["parent"] == A


def test_a_finished_run_is_trained_further_as_a_new_run(three: Store, hub: Hub) -> None:
    page = open_page(run=A)
    epochs = page.number_input(f"further_epochs_{A}")
    assert (epochs.value, epochs.min, epochs.max) == (4, 3, 1000)
    epochs.set_value(5).run()
    assert "from epoch 2 to epoch 5; this one stays as it is. On a CPU" in words(page)
    click(page, "Train further")
    assert is_live(page)
    run = hub.find(page.query_params["run"])
    assert (run.settings.epochs, run.job.parent, run.job.resume) == (5, A, True)
    assert three.record(A).epochs == 2
    assert "Lecture demo](./runs?run=aaaaaaaaaaaa). Trained further after epoch 2." in words(page)
    assert "Trained further after epoch 2." in table_text(open_page(run=run.id))


def test_only_a_finished_run_can_be_trained_further(three: Store) -> None:
    page = open_page(run=C)
    assert "Train further" not in [button.label for button in page.button]


def test_a_value_that_a_knob_refuses_is_not_started() -> None:
    with pytest.raises(SettingsError, match="must be a number from -1 to 30; it was '99'"):
        changed_settings(SETTINGS, "beta", 99)


def test_a_dense_run_offers_no_knob_of_gates(three: Store) -> None:
    offered = open_page(run=C).selectbox(key=f"runs_knob_{C}").options
    assert not any("β" in name or "τ" in name for name in offered)
    assert "Method" in offered and "Seed" not in offered
    assert changed_settings(SETTINGS, "method", "dense") == DENSE


@pytest.mark.parametrize(
    ("preset", "method", "beta", "named"),
    [
        ("paper", "l0", L0_BETA, f"**Method L0, hard concrete instead of dense, β {L0_BETA:g}**"),
        ("sparse", "l0", L0_BETA, f"**Method L0, hard concrete instead of dense, β {L0_BETA:g}**"),
        (
            "sparse",
            "dynamicgate",
            1.0,
            "**Method DynamicGate-MLP instead of dense, β 1, τ 0.5, connections to keep 0**",
        ),
    ],
)
def test_another_method_starts_with_its_own_penalty_and_names_it(
    store: Store, preset: str, method: str, beta: float, named: str
) -> None:
    dense = Settings.from_preset(preset, method="dense", hidden=8, epochs=2).normal()
    add(store, A, settings=dense)
    page = open_page(run=A)
    page.selectbox(key=f"runs_knob_{A}").select("method").run()
    page.selectbox(key=f"runs_value_{A}_method").select(method).run()
    assert named in words(page)
    assert changed_settings(dense, "method", method).beta == beta


def test_a_penalty_that_was_chosen_is_kept_for_another_method() -> None:
    assert changed_settings(SETTINGS, "method", "l0").beta == SETTINGS.beta == 0.1
    unchanged = SETTINGS.with_changes(beta=Settings.beta)
    assert changed_settings(unchanged, "method", "l0").beta == L0_BETA
