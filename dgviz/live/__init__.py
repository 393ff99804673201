"""Runs in flight: a process around the loop, their registry, and the socket to the browser."""
