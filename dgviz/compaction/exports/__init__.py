"""Files with a compact network for other programs, each checked by a program that opens it."""
