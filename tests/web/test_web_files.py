"""The files that a page loads: one script for all modules, which browsers keep."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from programs import program
from starlette.applications import Starlette
from starlette.routing import Mount

from dgviz.web import files

WEB = Path(files.__file__).parent
# Some modules use globals of a browser, which node lacks, when they are imported.
_COMPARE = """
Object.assign(globalThis, {
  document: {}, window: {}, matchMedia: () => ({ matches: false }), setInterval: () => 0,
});
const { modules } = await import(process.argv[2]);
const differing = [];
for (const [name, linked] of Object.entries(modules)) {
  const alone = await import(`${process.argv[3]}/${name}.js`);
  const kinds = (module) => Object.keys(module).sort().map((key) => [key, typeof module[key]]);
  if (JSON.stringify(kinds(alone)) !== JSON.stringify(kinds(linked))) differing.push(name);
}
console.log(JSON.stringify([Object.keys(modules), differing]));
"""


def get(path: str, accepted: str = "gzip, br") -> httpx.Response:
    async def ask() -> httpx.Response:
        served = Starlette(routes=[Mount("/dgviz", routes=[files.route()])])
        transport = httpx.ASGITransport(app=served)
        async with httpx.AsyncClient(transport=transport, base_url="http://dgviz") as client:
            return await client.get(path, headers={"Accept-Encoding": accepted})

    # After browser tests, Playwright's event loop still runs in the main thread.
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, ask()).result()


def test_the_linked_modules_export_what_the_modules_export(tmp_path: Path) -> None:
    node = program("node", package="nodejs", purpose="compare the linked modules with the modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    linked, script = tmp_path / "dgviz.js", tmp_path / "compare.js"
    linked.write_bytes(files.contents()["dgviz.js"])
    script.write_text(_COMPARE)

    command = [node, script, linked.as_uri(), WEB.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    names, differing = json.loads(done.stdout)
    expected = {path.relative_to(WEB).with_suffix("").as_posix() for path in WEB.rglob("*.js")}
    assert set(names) == expected
    assert not differing


@pytest.mark.parametrize(
    ("name", "kind"),
    [("dgviz.js", "javascript"), ("dgviz.css", "css"), ("plotly.min.js", "javascript")],
)
def test_a_browser_may_keep_a_file_forever(name: str, kind: str) -> None:
    for accepted, encoding in (("gzip, br", "gzip"), ("identity", None)):
        answer = get(f"/{files.address(name)}", accepted)
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding") == encoding
        assert "immutable" in answer.headers["Cache-Control"]
        assert kind in answer.headers["Content-Type"]
        assert answer.content == files.contents()[name]


def test_an_address_changes_with_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = files.address("dgviz.css")
    changed = files.contents() | {"dgviz.js": b""}
    monkeypatch.setattr(files, "contents", lambda: changed)
    assert files.digest.__wrapped__() not in before


@pytest.mark.parametrize(
    "path", ["0123456789abcdef/dgviz.js", "{digest}/files.py", "{digest}/..%2ffiles.py"]
)
def test_nothing_else_is_served(path: str) -> None:
    answer = get(f"/dgviz/web/{path.format(digest=files.digest())}")
    assert answer.status_code == 404
    assert "import" not in answer.text


def test_the_files_that_the_modules_load_exist() -> None:
    code = files.contents()["dgviz.js"].decode()
    wanted = re.findall(r'fileUrl\("([^"]+)"\)', code)
    assert {"dgviz.css", "plotly.min.js"} == set(wanted) <= set(files.contents())
