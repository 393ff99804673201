"""Names that people give to sweeps: each is a folder on the disk, on every system."""

from __future__ import annotations

import re

LONGEST = 64
_NAME = re.compile(rf"[A-Za-z0-9](?:[A-Za-z0-9._-]{{0,{LONGEST - 2}}}[A-Za-z0-9_-])?")
# Windows opens a device instead, whatever the letters' case and the ending.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class NameNotAccepted(ValueError):
    """A name is not accepted; the message is one sentence."""


def check_name(name: str) -> str:
    """The name, if it names a folder below the one of all sweeps, and no hidden one.

    Raises:
        NameNotAccepted: it does not.
    """
    if _DEVICES.fullmatch(name):
        raise NameNotAccepted(f"The name cannot be {name[:40]!r}: in Windows, this is a device.")
    if not _NAME.fullmatch(name):
        raise NameNotAccepted(
            f"The name must have at most {LONGEST} of the characters A to Z, a to z, 0 to 9, -, _ "
            f"and ., begin with a letter or digit, and not end with a dot; it was {name[:40]!r}."
        )
    return name
