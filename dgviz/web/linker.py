"""Links ES modules into one file, so that a page loads one file instead of a hundred in turn.

Each module becomes a function that returns the module's exports. It is called once, after the
functions of the modules that it imports:

    const linked$live$remains = (() => {
    const { el, setText: write } = linked$kit$dom;
    ...
    return { mount };
    })();

The linker supports what our modules use: imports of names and of whole modules (`* as`) by relative
path, one a line and above all other code; exported functions, classes and constants. Everything
else is an error. An import becomes a copy, not a live binding, so `export let` is refused.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

_IMPORT = re.compile(
    r'^import (?:(\{[^}]*\})|\* as ([\w$]+)) from "(\.[^"]*)\.js";(?= *$)', re.MULTILINE
)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function\*?|class|const) ([\w$]+|\[[\w$,\s]*\]))", re.MULTILINE
)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_NAME = re.compile(r"[\w$]+")
_COMMENT = re.compile(r"(?<!\S)(?:/\*.*?\*/|//[^\n]*)", re.DOTALL)
_REFUSED = {
    re.compile(r"\bimport\("): "imports a module while it runs",
    re.compile(r"^(?!.*\basync\b)\S.*\bawait\b", re.MULTILINE): "waits outside a function",
    re.compile(r"\blinked\$"): "has a name that the linker gives to modules",
}


class LinkError(Exception):
    """A module cannot be linked. The message is a sentence with the module and the reason."""


@dataclass(frozen=True)
class Linked:
    """One ES module that exports `modules`: the exports of each module, by the module's name."""

    code: str
    source_map: str
    """JSON. With it developer tools show the original modules."""


def link(sources: Mapping[str, str]) -> Linked:
    """Link modules.

    Args:
        sources: text by name; the name of `core/format.js` is `core/format`.

    Raises:
        LinkError: a module has a name, an import or an export that is not supported, imports
            something that does not exist, or imports itself through other modules.
    """
    codes = {name: _code_of(text) for name, text in sources.items()}
    for name, code in codes.items():
        _check(name, code)
    exports = {name: _exported(code) for name, code in codes.items()}
    parts, sections, line = [], [], 0
    for name in _in_order(codes):
        text = sources[name].rstrip("\n") + "\n"
        part = _wrapped(name, text, exports)
        # Wrapping adds one line before the module and moves no line within it.
        sections.append(_section(name, text, line + 1))
        parts.append(part)
        line += part.count("\n")
    table = ", ".join(f'"{name}": {_identifier(name)}' for name in sources)
    code = "".join([*parts, f"export const modules = {{ {table} }};\n"])
    return Linked(code, json.dumps({"version": 3, "sections": sections}))


def _code_of(text: str) -> str:
    """The text with spaces for the comments, so that everything else keeps its place."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _check(name: str, code: str) -> None:
    if not re.fullmatch(r"[\w/]+", name):
        raise LinkError(f"{name}.js has a name with other characters than letters, digits and _.")
    for pattern, reason in _REFUSED.items():
        if found := pattern.search(code):
            line = code.count("\n", 0, found.start()) + 1
            raise LinkError(f"{name}.js {reason}, in line {line}.")
    rest = _EXPORT.sub("", _IMPORT.sub("", code))
    if other := _OTHER.search(rest):
        raise LinkError(f"{name}.js has a line that is not understood: {other.group().rstrip()}")
    end = max((found.end() for found in _IMPORT.finditer(code)), default=0)
    if _IMPORT.sub("", code[:end]).strip():
        raise LinkError(f"{name}.js has an import below other code.")


def _exported(code: str) -> list[str]:
    return [name for found in _EXPORT.findall(code) for name in _NAME.findall(found)]


def _in_order(codes: Mapping[str, str]) -> list[str]:
    """Names of the modules, each after the modules that it imports."""
    imports = {
        name: [_resolved(name, path) for _, _, path in _IMPORT.findall(code)]
        for name, code in codes.items()
    }
    try:
        order = list(TopologicalSorter(imports).static_order())
    except CycleError as problem:
        raise LinkError(f"Modules import each other: {', '.join(problem.args[1])}.") from None
    for name, imported in imports.items():
        for other in imported:
            if other not in codes:
                raise LinkError(f"{name}.js imports {other}.js, which is not there.")
    return order


def _wrapped(name: str, text: str, exports: Mapping[str, list[str]]) -> str:
    def as_constant(found: re.Match[str]) -> str:
        names, whole, path = found.groups()
        other = _resolved(name, path)
        wanted = [
            part.split()[0] for part in (names or "").strip("{} \n").split(",") if part.split()
        ]
        if missing := [one for one in wanted if one not in exports[other]]:
            raise LinkError(f"{name}.js imports {missing[0]}, which {other}.js does not export.")
        return f"const {whole or names.replace(' as ', ': ')} = {_identifier(other)};"

    code = _code_of(text)
    edits = [(found.span(), as_constant(found)) for found in _IMPORT.finditer(code)]
    edits += [(found.span(), "") for found in _EXPORT.finditer(code)]
    body, end = "", 0
    for (start, after), replacement in edits:
        body, end = body + text[end:start] + replacement, after
    body += text[end:]
    returned = ", ".join(exports[name])
    return f"const {_identifier(name)} = (() => {{\n{body}return {{ {returned} }};\n}})();\n"


def _section(name: str, text: str, line: int) -> dict[str, object]:
    """Section of the source map for a module that begins at `line` of the linked file."""
    one_to_one = "AAAA" + ";AACA" * (text.count("\n") - 1)
    source = {"sources": [f"{name}.js"], "sourcesContent": [text], "names": []}
    return {
        "offset": {"line": line, "column": 0},
        "map": {"version": 3, **source, "mappings": one_to_one},
    }


def _resolved(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _identifier(name: str) -> str:
    return f"linked${name.replace('/', '$')}"
