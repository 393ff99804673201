"""The model card of an exported network: what it is, and what is known about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dgviz import __version__
from dgviz.compaction.result import Compaction
from dgviz.compaction.text import (
    COLUMNS,
    DEFINITIONS,
    STAGE_COLUMNS,
    change,
    check_text,
    rows,
    stage_rows,
)
from dgviz.data.catalogue import DATASETS
from dgviz.formatting import count, fixed, percent, plain, system_text, threshold
from dgviz.runs.extension import extension_text
from dgviz.runs.record import Record
from dgviz.runs.repeating import commands
from dgviz.settings import Settings


def facts(record: Record, made: Compaction) -> dict[str, Any]:
    """The same facts as values that JSON can represent, for the metadata of files.

    Args:
        record: of the run that was compacted; its settings can be read.
    """
    settings = _settings(record)
    data = DATASETS[settings.dataset]
    return {
        **made.as_dict(),
        "after_training": made.recipe.title,
        "title": record.title,
        "method": settings.spec.title,
        "seed": settings.seed,
        "data": data.title,
        "data_source": data.source,
        "data_licence": data.licence,
        "image_shape": data.image_shape,
        "classes": data.classes,
        "commands": _commands(record, made),
        "trained_on": _machine(record),
        "limits": _limits(record, made),
        "dgviz": __version__,
    }


def model_card(record: Record, made: Compaction, use: str, values: str) -> str:
    """The card in Markdown.

    Args:
        record: of the run that was compacted; its settings can be read.
        use: what the files that it accompanies are, and how they are opened, in Markdown.
        values: the accepted values of a pixel.
    """
    settings = _settings(record)
    data = DATASETS[settings.dataset]
    sections = {
        "Use": use,
        "Input and output": _interface(settings, values),
        "Data": f"{data.title}: {data.source}. Licence: {data.licence}.",
        "Recipe": _recipe(record, made),
        "Accuracy": _accuracy(made),
        "Sizes": _sizes(made),
        "Limits": _listed(_limits(record, made)),
        "Licence": (
            f"The training images are under this licence: {data.licence}. dgviz, which wrote these "
            "files, is under the MIT licence, and claims no rights in the weights."
        ),
    }
    head = (
        f"# {record.title}\n\nA network that was trained with {settings.spec.title} on "
        f"{data.title}, and compacted by dgviz {__version__}. {change(made)}"
    )
    return "\n\n".join([head, *(f"## {name}\n\n{text}" for name, text in sections.items())]) + "\n"


def _interface(settings: Settings, values: str) -> str:
    data = DATASETS[settings.dataset]
    channels, height, width = data.image_shape
    colours = "" if channels == 1 else f", and its {channels} channels one after another"
    classes = ", ".join(data.classes)
    return (
        f"An image has {data.input_size} values, its {height} rows of {width} pixels one after "
        f"another{colours}. They are {values}. The "
        f"network gives {len(data.classes)} logits; the largest is that of the predicted class. "
        f"The classes, in order: {classes}."
    )


def _recipe(record: Record, made: Compaction) -> str:
    text = "RUN is the id of the run that the command before has trained."
    if not record.matches_settings:
        text += " The commands alone do not give the same network: see Limits."
    trained = f"Run {made.run} was trained for {plain(made.epoch)} epochs on: {_machine(record)}."
    lines = "\n".join(f"    {line}" for line in _commands(record, made))
    return f"{lines}\n\n{text} {trained}{_after_training(made)}"


def _commands(record: Record, made: Compaction) -> list[str]:
    """The command lines that train the network and compact it."""
    # The threshold in effect may have been set during training, which the commands do not repeat.
    flags = replace(made.recipe, tau=made.tau).flags
    return [
        *commands(_settings(record), [epochs for _, epochs in record.extended]),
        " ".join(["python -m dgviz compact RUN", *flags]),
    ]


def _after_training(made: Compaction) -> str:
    """What was done after training, and what each step changed; "" for nothing."""
    if not made.recipe.steps:
        return ""
    table = _markdown(("after training", *STAGE_COLUMNS), stage_rows(made.stages))
    return f" Then its network was changed: {made.recipe.title}.\n\n{table}"


def _accuracy(made: Compaction) -> str:
    share, images = made.test_accuracy, made.check.images
    error = fixed(100 * math.sqrt(share * (1 - share) / images), 2)
    text = (
        f"{percent(share)} of {count(images)} test images, with a standard error of {error} points."
    )
    if made.validation_accuracy is not None:
        text += f" Validation images: {percent(made.validation_accuracy)}."
    if made.tau is not None:
        text += f" The gates were closed at τ = {threshold(made.tau)}."
    return f"{text} {check_text(made.check)}"


def _sizes(made: Compaction) -> str:
    return f"{_markdown(('form', *COLUMNS), rows(made.sizes))}\n\n{DEFINITIONS}"


def _markdown(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A table, in which all columns but the first have numbers."""
    table = [head, ("---", *["---:"] * (len(head) - 1)), *body]
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def _limits(record: Record, made: Compaction) -> list[str]:
    settings = _settings(record)
    title = DATASETS[settings.dataset].title
    sentences = [
        f"It knows nothing but images prepared as those of {title} are, and gives any other image "
        "one of the same classes. Its logits are no calibrated probabilities.",
        f"The accuracy is that of one run, with seed {settings.seed}. Other seeds give others.",
        "It was not tested against images that were made to deceive it.",
    ]
    read = len(made.network.pixels)
    if read < made.network.inputs:
        sentences.append(
            f"It reads {count(read)} of the {count(made.network.inputs)} values of an image. "
            "Nothing that changes only the others is noticed."
        )
    if any(course.moves for course in record.courses.values()):
        sentences.append(
            "Settings were changed during training, by someone who could see the test accuracy. "
            "The recipe does not repeat these changes."
        )
    if made.recipe.steps:
        sentences.append(
            "What was done after training may have been chosen by someone who could see the test "
            "accuracy."
        )
    if extension := extension_text(record):
        sentences.append(extension)
    return sentences


def _machine(record: Record) -> str:
    """The hardware and the versions of the newest session."""
    for session in reversed(record.sessions):
        return "; ".join(filter(None, map(system_text, (session.hardware, session.versions))))
    return "an unknown machine"


def _listed(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _settings(record: Record) -> Settings:
    if record.settings is None:
        raise ValueError(f"The settings of run {record.id} cannot be read.")
    return record.settings
