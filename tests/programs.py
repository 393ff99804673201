"""Programs that some tests need beside Python."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest


def program(*names: str, package: str, purpose: str) -> str:
    """The path of the first of these that is installed. Without any the test is skipped; on CI,
    where all are installed, it fails.

    Args:
        package: what to install, in Debian's words.
        purpose: what it is needed for, to finish the sentence "to …".
    """
    # What pip has installed lies beside Python; Debian puts servers where a PATH does not look.
    folders = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}:/usr/sbin"
    for name in names:
        if path := shutil.which(name, path=folders):
            return path
    reason = f"no {names[0]} found; install the package `{package}` to {purpose}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
