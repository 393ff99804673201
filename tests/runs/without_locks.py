"""Simulate a disk without locks, such as some network and FUSE disks."""

from __future__ import annotations

import errno
import os

import pytest

WITHOUT_FLOCK = """
import errno, fcntl
def refuse(*arguments):
    raise OSError(errno.ENOSYS, "Function not implemented")
fcntl.flock = refuse
"""
"""Code that another process runs first."""


def refuse_flock(patch: pytest.MonkeyPatch, number: int = errno.ENOSYS) -> None:
    """Make every lock fail with this error."""
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    patch.setattr(fcntl, "flock", refuse)
