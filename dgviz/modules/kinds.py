"""Of what a layer can have a gate for each one."""

from typing import Literal, get_args

Kind = Literal["weight", "output", "input"]

Word = Literal[
    "weight", "output", "input", "input-output", "weight-input", "weight-output",
    "weight-input-output",
]  # fmt: skip
"""The kinds of gates of a layer, as one word."""


def kinds_of(word: object) -> tuple[Kind, ...]:
    """ "weight-input" -> ("weight", "input").

    Raises:
        ValueError: When it is no `Word`.
    """
    if word not in get_args(Word):
        raise ValueError(f"gates must be one of {', '.join(get_args(Word))}, not {word!r}.")
    return tuple(kind for kind in get_args(Kind) if kind in str(word).split("-"))
