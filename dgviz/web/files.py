"""The files that a page loads. A digest of the content in their address lets browsers keep them.

dgviz.js       all modules, linked; dgviz.js.map is for developer tools
dgviz.css      all style sheets, in the order of their paths
plotly.min.js  the chart library, from Plotly's own wheel
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dgviz.web.linker import link

_FOLDER = Path(__file__).parent
_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# The registry of Windows may have other types, with which a browser does not run a script.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".map": "application/json"}
_CACHE_FOREVER = "public, max-age=31536000, immutable"


def modules() -> dict[str, str]:
    """Text of every module by name; the name of `core/format.js` is `core/format`."""
    return {
        path.relative_to(_FOLDER).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_FOLDER.rglob("*.js"))
    }


@cache
def contents() -> dict[str, bytes]:
    """Content of the files by name, read once."""
    linked = link(modules())
    style = "".join(path.read_text(encoding="utf-8") for path in sorted(_FOLDER.rglob("*.css")))
    return {
        "dgviz.js": f"{linked.code}//# sourceMappingURL=dgviz.js.map\n".encode(),
        "dgviz.js.map": linked.source_map.encode(),
        "dgviz.css": style.encode(),
        "plotly.min.js": _PLOTLY.read_bytes(),
    }


@cache
def digest() -> str:
    """One digest of all files. They share it in their addresses, so that one finds the others."""
    return hashlib.sha256(b"".join(contents().values())).hexdigest()[:16]


def address(name: str) -> str:
    """Address of a file, relative to the server's pages."""
    return f"dgviz/web/{digest()}/{name}"


@cache
def _compressed() -> dict[str, bytes]:
    """Compressed content by name, made once, so that no request waits for it."""
    return {name: gzip.compress(body, 6, mtime=0) for name, body in contents().items()}


def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if request.path_params["digest"] != digest() or name not in contents():
        return PlainTextResponse("There is no such file.", 404)
    headers = {"Cache-Control": _CACHE_FOREVER, "Vary": "Accept-Encoding"}
    media_type = _TYPES[Path(name).suffix]
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(contents()[name], headers=headers, media_type=media_type)
    headers["Content-Encoding"] = "gzip"
    return Response(_compressed()[name], headers=headers, media_type=media_type)


def route() -> Route:
    """The route of the files, to be mounted at `/dgviz`."""
    _compressed()
    return Route("/web/{digest}/{name}", _serve)
