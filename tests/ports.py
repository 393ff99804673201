"""Ports for the servers that tests start."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """A port of this machine that nobody listens on.

    Those from 32768 on are left to the system, which gives them to outgoing connections: one of
    them may be taken by the time a server has started.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_768)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
