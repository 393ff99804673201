"""The elements of a report: plain text in, escaped HTML out."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def section(title: str, *content: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n" + "\n".join(content) + "\n</section>"


def figure(drawing: str, caption: str) -> str:
    return f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"


def sentence(text: str, kind: str = "about") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if text else ""


def table(
    rows: Iterable[tuple[str, ...]],
    head: tuple[str, ...] = (),
    changed: Iterable[bool] | None = None,
) -> str:
    """A table of plain text; each row begins with its name, and `changed` highlights rows."""
    rows = list(rows)
    marks = list(changed or [False] * len(rows))
    marked = ' class="changed"'
    body = "\n".join(
        f'<tr{marked if mark else ""}><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for (name, *cells), mark in zip(rows, marks, strict=True)
    )
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    return f"<table>\n{f'<thead><tr>{top}</tr></thead>' if head else ''}\n{body}\n</table>"
