"""What is done after training, as a value: checks, texts and files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.knob import SettingsError

ALL = Recipe(tau=0.6, fan_in="mean", epochs=3)


def test_a_recipe_says_what_is_done() -> None:
    assert AS_TRAINED.title == "as trained" and AS_TRAINED.steps == AS_TRAINED.flags == ()
    assert ALL.title == "τ 0.60, fan-in at most the mean, 3 epochs of fine-tuning"
    assert ALL.flags == ("--tau=0.6", "--fan-in=mean", "--finetune=3")
    assert Recipe(fan_in=9, epochs=1).title == "fan-in at most 9, 1 epoch of fine-tuning"
    assert Recipe(tau=0).steps == ("τ 0.00",) and Recipe(tau=0).flags == ("--tau=0.0",)


def test_values_are_checked_and_text_is_read() -> None:
    texts: dict[str, Any] = {"tau": "0,6", "fan_in": "mean", "epochs": "3"}
    assert Recipe(**texts) == ALL
    refused: list[tuple[dict[str, Any], str]] = [
        ({"tau": 1.5}, r"τ \(tau\) must be a number from 0 to 1; it was '1.5'"),
        (
            {"fan_in": "most"},
            "fan-in must be mean, or a whole number from 1 to the number of inputs; it was 'most'",
        ),
        (
            {"fan_in": 0},
            "fan-in must be mean, or a whole number from 1 to the number of inputs; it was '0'",
        ),
        ({"epochs": 51}, "finetune must be a whole number from 0 to 50; it was '51'"),
        ({"epochs": 1.5}, "finetune must be a whole number from 0 to 50; it was '1.5'"),
    ]
    for values, words in refused:
        with pytest.raises(SettingsError, match=words):
            Recipe(**values)


def test_it_survives_a_file() -> None:
    for recipe in (AS_TRAINED, ALL, Recipe(fan_in=9)):
        assert Recipe.from_dict(json.loads(json.dumps(recipe.as_dict()))) == recipe
    assert Recipe.from_dict({}) == AS_TRAINED
    with pytest.raises(SettingsError, match="'rounds' is no part of a recipe of this version"):
        Recipe.from_dict({"rounds": 3})
