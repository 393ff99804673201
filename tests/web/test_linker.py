"""Linked modules, and the errors for modules that cannot be linked."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from programs import program

from dgviz.web.linker import LinkError, link

GREETING = """/** A greeting. */
import {
  loud, // and not later, which is below
  mark as sign, /* a name
  of ours */
} from "./core/text.js";
import * as text from "./core/text.js";

/* Not code:
export const hidden = 1;
export { nothing }; */
export const [HELLO, BYE] = ["hello", "bye"];
export function* greet(name) {
  yield `${HELLO} ${loud(name)}${sign}`;
  yield text.later(name);
}
"""
TEXT = """const calls = [];
export const loud = (words) => words.toUpperCase();
export const mark = "!";
export async function later(words) {
  calls.push(words);
  return [...calls];
}
export class Page {}
"""


@pytest.fixture(scope="module")
def node() -> str:
    return program("node", package="nodejs", purpose="run the linked modules")


def answer(node: str, folder: Path, code: str, script: str) -> Any:
    """Return the JSON that a script with the linked `modules` prints."""
    (folder / "linked.mjs").write_text(code, encoding="utf-8")
    (folder / "script.mjs").write_text(f'import {{ modules }} from "./linked.mjs";\n{script}')
    done = subprocess.run([node, folder / "script.mjs"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_imports_are_the_exports_of_other_modules(node: str, tmp_path: Path) -> None:
    code = link({"greeting": GREETING, "core/text": TEXT}).code
    printed = answer(
        node,
        tmp_path,
        code,
        """const { greeting, ...others } = modules;
        const [first, second] = greeting.greet("you");
        console.log(JSON.stringify([first, await second, greeting.BYE, Object.keys(others),
          Object.keys(others["core/text"])]));""",
    )
    exported = ["loud", "mark", "later", "Page"]
    assert printed == ["hello YOU!", ["you"], "bye", ["core/text"], exported]


@pytest.mark.parametrize("line", ["  calls.push(words);", "  yield text.later(name);"])
def test_the_source_map_finds_the_line_in_the_module(line: str) -> None:
    linked = link({"greeting": GREETING, "core/text": TEXT.rstrip("\n")})
    at = linked.code.splitlines().index(line)
    sections = json.loads(linked.source_map)["sections"]
    section = [one for one in sections if one["offset"]["line"] <= at][-1]
    own = at - section["offset"]["line"]
    # The first line of the source, and then the next line for each line.
    assert section["map"]["mappings"].split(";")[: own + 1] == ["AAAA", *["AACA"] * own]
    assert section["map"]["sourcesContent"][0].splitlines()[own] == line


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("export let n = 0;", "a.js has a line that is not understood: export let n = 0;"),
        ("export default 1;", "a.js has a line that is not understood: export default 1;"),
        ('import "./b.js";', 'a.js has a line that is not understood: import "./b.js";'),
        ('import b from "./b.js";', "a.js has a line that is not understood: import b from"),
        ('import { x } from "react";', "a.js has a line that is not understood: import { x } from"),
        ('import { n } from "./c.js";', "a.js imports c.js, which is not there."),
        ('import { m, n } from "./b.js";', "a.js imports n, which b.js does not export."),
        ('import { n } from "./a.js";', "Modules import each other: a, a."),
        (
            'import { m } from "./b.js"; import { m as n } from "./b.js";',
            "a.js has a line that is not understood: import { m } from",
        ),
        ('use(m);\nimport { m } from "./b.js";', "a.js has an import below other code."),
        ("export const [x = 1] = [];", "a.js has a line that is not understood: export const [x"),
        (
            'const late = async () => {\n  await import("./b.js");\n};',
            "a.js imports a module while it runs, in line 2.",
        ),
        ("/** A text. */\nconst x = await y;", "a.js waits outside a function, in line 2."),
        ("const linked$b = 1;", "a.js has a name that the linker gives to modules, in line 1."),
    ],
)
def test_a_module_that_cannot_be_linked_is_refused_with_the_reason(line: str, reason: str) -> None:
    with pytest.raises(LinkError) as problem:
        link({"a": f"{line}\n", "b": "export const m = 1;\n"})
    assert str(problem.value).startswith(reason)


def test_a_module_whose_name_is_no_identifier_is_refused() -> None:
    with pytest.raises(LinkError, match=r"^live/confusion-matrix\.js has a name with other"):
        link({"live/confusion-matrix": "export const m = 1;\n"})


def test_a_variable_may_have_the_name_of_a_module(node: str, tmp_path: Path) -> None:
    sources = {
        "a": 'import { m } from "./b.js";\nexport const b = 2 * m;\n',
        "b": "export const m = 1;\n",
        "c": 'import { b } from "./a.js";\nimport { m } from "./b.js";\nexport const n = b + m;\n',
    }
    code = link(sources).code
    assert answer(node, tmp_path, code, "console.log(JSON.stringify(modules.c.n));") == 3
