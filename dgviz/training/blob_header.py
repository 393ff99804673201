"""The header of a safetensors blob, bounded before anything parses it; without torch."""

from __future__ import annotations

from safetensors import SafetensorError

LARGEST_HEADER = 64 * 2**10
"""Ours take about two thousand bytes. Parsing takes twenty times a header's memory."""


def header_of(blob: bytes) -> bytes:
    """The JSON that a blob begins with, not parsed.

    Raises:
        safetensors.SafetensorError: it is larger than any that dgviz writes.
    """
    length = int.from_bytes(blob[:8], "little")
    if length > LARGEST_HEADER:
        raise SafetensorError(f"its header takes {length:,} bytes")
    return blob[8 : 8 + length]
