"""Programs other than Python that some tests need."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest


def program(*names: str, package: str, purpose: str) -> str:
    """Find the first of these programs that is installed. If there is none, skip the test; on CI,
    where all are installed, fail it.

    Args:
        package: the Debian package to install.
        purpose: what the program is needed for, as an infinitive without "to".
    """
    # pip installs programs beside Python; Debian puts servers in a folder outside the PATH.
    folders = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}:/usr/sbin"
    for name in names:
        if path := shutil.which(name, path=folders):
            return path
    reason = f"no {names[0]} found; install the package `{package}` to {purpose}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
