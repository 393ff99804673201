"""Ports for the servers that tests start."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """Find a port of this machine on which no program listens.

    Ports from 32768 on are left out: the system uses them for outgoing connections, so one of them
    may be taken before a server has started.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_768)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
