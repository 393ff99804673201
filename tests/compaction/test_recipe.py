"""What is done after training, as a value: checks, texts and files."""

from __future__ import annotations

import json

import pytest

from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.knob import SettingsError


def test_a_recipe_says_what_is_done() -> None:
    assert AS_TRAINED.title == "as trained" and AS_TRAINED.steps == ()
    assert Recipe(tau=0.6).title == "τ 0.60"


def test_values_are_checked() -> None:
    assert Recipe(tau="0,6") == Recipe(tau=0.6)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"τ \(tau\) must be a number from 0 to 1"):
        Recipe(tau=1.5)


def test_it_survives_a_file() -> None:
    for recipe in (AS_TRAINED, Recipe(tau=0.6)):
        assert Recipe.from_dict(json.loads(json.dumps(recipe.as_dict()))) == recipe
    assert Recipe.from_dict({}) == AS_TRAINED
    with pytest.raises(SettingsError, match="'rounds' is no part of a recipe of this version"):
        Recipe.from_dict({"rounds": 3})
