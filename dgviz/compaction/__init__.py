"""Smaller networks: a gated network without its dead units and unused pixels, in several forms."""
