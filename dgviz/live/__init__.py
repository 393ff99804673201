"""Runs in flight: their worker processes, their registry, and the socket to the browser."""
