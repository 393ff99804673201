"""Blocks side by side, as many as fit; the others follow in the next lines.

Streamlit stacks its columns by the width of the window alone. Beside an open sidebar they were too
narrow for their text.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_STYLE = ".st-key-{key} > :nth-child({number}) {{ {style} }}"


def row(
    key: str,
    *blocks: tuple[int, int],
    gap: Literal["small", "medium"] = "small",
    vertical_alignment: Literal["top", "center", "bottom"] = "top",
) -> list[DeltaGenerator]:
    """Return an empty container for each block.

    Args:
        key: is unique on its page.
        blocks: for each its share of the width that is left in its line, and its least width in
            CSS pixels. On a page that is narrower than that, it is as wide as the page. One of
            (0, 0) is as wide as its content.
    """
    rules = (
        _STYLE.format(key=key, number=number, style=_style(*block))
        for number, block in enumerate(blocks, start=1)
    )
    st.html(f"<style>{''.join(rules)}</style>")
    with st.container(horizontal=True, key=key, gap=gap, vertical_alignment=vertical_alignment):
        return [st.container() for _ in blocks]


def _style(share: int, least: int) -> str:
    return f"flex: {share} 1 {least}px" if share or least else "flex: none; width: auto"
