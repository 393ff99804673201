"""Links ES modules into one file, so that a page asks for one and not for a hundred in turn.

Each module becomes a function that is called once, after those that it imports, and returns what
it exports:

    const live$remains = (() => {
    const { el, setText: write } = kit$dom;
    ...
    return { mount };
    })();

Only what our modules use is understood, and all else is an error: imports of names and of whole
modules (`* as`) by relative path; exported functions, classes and constants. An import is a copy
here and no live binding, which is why `export let` is refused.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

_IMPORT = re.compile(r'^import (?:(\{[^}]*\})|\* as ([\w$]+)) from "(\.[^"]*)\.js";', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function\*?|class|const) ([\w$]+|\[[^\]]*\]))", re.MULTILINE
)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_NAME = re.compile(r"[\w$]+")


class LinkError(Exception):
    """A sentence that says which module cannot be linked, and why."""


@dataclass(frozen=True)
class Linked:
    """One ES module, which exports `modules`: what each module exports, by the module's name."""

    code: str
    source_map: str
    """For developer tools, which show the modules as they were written."""


def link(sources: Mapping[str, str]) -> Linked:
    """Link modules.

    Args:
        sources: text by name: that of `core/format.js` is `core/format`.

    Raises:
        LinkError: a module has an import or export that is not understood or leads nowhere, or
            imports itself by way of others.
    """
    exports = {name: _exported(text) for name, text in sources.items()}
    parts, sections, line = [], [], 0
    for name in _in_order(sources):
        text = sources[name].rstrip("\n") + "\n"
        part = _wrapped(name, text, exports)
        # The wrapping adds a line before the module's own, and no line is moved within it.
        sections.append(_section(name, text, line + 1))
        parts.append(part)
        line += part.count("\n")
    table = ", ".join(f'"{name}": {_identifier(name)}' for name in sources)
    code = "".join([*parts, f"export const modules = {{ {table} }};\n"])
    return Linked(code, json.dumps({"version": 3, "sections": sections}))


def _exported(text: str) -> list[str]:
    return [name for found in _EXPORT.findall(text) for name in _NAME.findall(found)]


def _in_order(sources: Mapping[str, str]) -> list[str]:
    """The modules' names, each after those that it imports."""
    imports = {
        name: [_resolved(name, path) for _, _, path in _IMPORT.findall(text)]
        for name, text in sources.items()
    }
    try:
        order = list(TopologicalSorter(imports).static_order())
    except CycleError as problem:
        raise LinkError(f"Modules import each other: {', '.join(problem.args[1])}.") from None
    for name, imported in imports.items():
        for other in imported:
            if other not in sources:
                raise LinkError(f"{name}.js imports {other}.js, which is not there.")
    return order


def _wrapped(name: str, text: str, exports: Mapping[str, list[str]]) -> str:
    def taken(found: re.Match[str]) -> str:
        names, whole, path = found.groups()
        other = _resolved(name, path)
        wanted = [
            part.split()[0] for part in (names or "").strip("{} \n").split(",") if part.split()
        ]
        if lacking := [one for one in wanted if one not in exports[other]]:
            raise LinkError(f"{name}.js imports {lacking[0]}, which {other}.js does not export.")
        return f"const {whole or names.replace(' as ', ': ')} = {_identifier(other)};"

    body = _EXPORT.sub("", _IMPORT.sub(taken, text))
    if other := _OTHER.search(body):
        raise LinkError(f"{name}.js has a line that is not understood: {other.group()}")
    returned = ", ".join(exports[name])
    return f"const {_identifier(name)} = (() => {{\n{body}return {{ {returned} }};\n}})();\n"


def _section(name: str, text: str, line: int) -> dict[str, object]:
    """Of a source map: the module's lines are those of the linked file from `line` on."""
    one_to_one = "AAAA" + ";AACA" * (text.count("\n") - 1)
    source = {"sources": [f"{name}.js"], "sourcesContent": [text], "names": []}
    return {
        "offset": {"line": line, "column": 0},
        "map": {"version": 3, **source, "mappings": one_to_one},
    }


def _resolved(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _identifier(name: str) -> str:
    return name.replace("/", "$")
