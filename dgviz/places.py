"""Paths of the server and its pages: the top of a clone, or `_app/` in an installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "_app"
_TOP = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent

APP = _TOP / "app.py"
PAGES = _TOP / "pages"
SHELL = _PACKAGE / "ui" / "shell.py"
"""The script that Streamlit runs for each page."""
