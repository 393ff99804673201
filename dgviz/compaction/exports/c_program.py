"""Compile an exported C header with the compiler of this machine, and run it on images."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from dgviz.compaction.exports.formats import ExportError
from dgviz.compaction.exports.writer import Files, Images

COMPILERS = ("cc", "gcc", "clang")
_FLAGS = ("-std=c99", "-O2", "-pedantic", "-Wall", "-Wextra", "-Werror")
_SECONDS = 300  # The paper's network needs two.

# It reads images from stdin and writes their logits to stdout.
_MAIN = """\
#include <stdio.h>
#include "network.h"

int main(void)
{
    unsigned char pixels[DGVIZ_INPUTS];
    float logits[DGVIZ_CLASSES];
    while (fread(pixels, sizeof pixels, 1, stdin) == 1) {
        dgviz_logits(pixels, logits);
        if (fwrite(logits, sizeof logits, 1, stdout) != 1)
            return 1;
    }
    return 0;
}
"""


def logits(files: Files, images: Images) -> npt.NDArray[np.float32] | None:
    """The logits (n, classes) of the compiled program; None if there is no compiler.

    Raises:
        ExportError: the header cannot be compiled, or the program fails.
    """
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None:
        return None
    with TemporaryDirectory() as place:
        for name, content in {**files, "main.c": _MAIN.encode()}.items():
            (Path(place) / name).write_bytes(content)
        _run([compiler, *_FLAGS, "main.c", "-o", "program"], place)
        answer = _run([str(Path(place) / "program")], place, images.tobytes())
    return np.frombuffer(answer, np.float32).reshape(len(images), -1)


def _run(command: list[str], place: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(
            command, cwd=place, input=given, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise ExportError(f"The C header could not be tested: {problem}.") from problem
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())
        raise ExportError(f"The C header could not be tested: {said[:500]}")
    return done.stdout
