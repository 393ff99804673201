"""Of what a layer can have a gate for each one.

`dgviz.gates.mlp` has gates for the inputs of its layers under two other names: "pixel" for those of
the first layer, and "unit" for those of the others, which are the hidden units.
"""

from typing import Literal, get_args

Kind = Literal["weight", "output", "input"]

Word = Literal[
    "weight", "output", "input", "input-output", "weight-input", "weight-output",
    "weight-input-output",
]  # fmt: skip
"""The kinds of gates of a layer, as one word."""


def kinds_of(word: object) -> tuple[Kind, ...]:
    """ "weight-input" -> ("weight", "input"), and so in any other order of the kinds.

    Raises:
        ValueError: When it is no `Word`.
    """
    named = str(word).split("-")
    kinds = tuple(kind for kind in get_args(Kind) if kind in named)
    if sorted(kinds) != sorted(named):
        raise ValueError(f"gates must be one of {', '.join(get_args(Word))}, not {word!r}.")
    return kinds
