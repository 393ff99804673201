"""Which pages may watch a run, and what the others are told."""

from __future__ import annotations

import pytest
import streamlit as st

import app
from dgviz.live.access import OriginError, origins, refusal


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://lab.example.org", "https://lab.example.org"),
        ("https://Lab.Example.org/", "https://lab.example.org"),
        ("https://lab.example.org:443", "https://lab.example.org"),
        ("http://lab.example.org:443", "http://lab.example.org:443"),
        (" http://10.0.0.5:8080 ", "http://10.0.0.5:8080"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_origins_are_read_as_browsers_write_them(written: str, read: str) -> None:
    assert origins([written]) == {read}


@pytest.mark.parametrize(
    "written",
    ["", "*", "lab.example.org", "https://", "https://lab.example.org/gates", "ftp://lab", "null",
     "https://me@lab.example.org", "https://lab:port", "https://a b"],
)  # fmt: skip
def test_what_is_no_origin_is_said_and_what_would_be_one(written: str) -> None:
    with pytest.raises(OriginError, match=r"is not an origin.*such as https://"):
        origins(["https://good.example", written])


def test_the_server_does_not_start_with_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.corsAllowedOrigins": ["lab/gates"]}.get)
    with pytest.raises(SystemExit, match=r"server\.corsAllowedOrigins is wrong: 'lab/gates'"):
        app.allowed_origins()


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501"),
        ("https://lab.example.org", "lab.example.org"),
        ("https://lab.example.org", "lab.example.org:443"),
        ("http://lab.example.org", "lab.example.org:80"),
        ("https://allowed.example", "127.0.0.1:8501"),
    ],
)
def test_the_servers_own_pages_and_allowed_ones_are_not_refused(origin: str, host: str) -> None:
    assert refusal({"origin": origin, "host": host}, {"https://allowed.example"}) == ""


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "127.0.0.1:8501"),
        ("http://lab.example.org:8080", "lab.example.org"),
        ("https://lab.example.org", "lab.example.org:80"),
        ("http://allowed.example", "127.0.0.1:8501"),
        ("https://allowed.example.evil.example", "127.0.0.1:8501"),
        ("http://[", "127.0.0.1:8501"),
    ],
)
def test_a_foreign_page_is_told_both_names_and_what_to_set(origin: str, host: str) -> None:
    said = refusal({"origin": origin, "host": host}, {"https://allowed.example"})
    assert f"opened at {origin}:" in said
    assert f"under another name, {host}." in said
    assert f"name {origin} in the setting server.corsAllowedOrigins" in said


@pytest.mark.parametrize("headers", [{}, {"origin": "null"}, {"origin": ""}])
def test_who_does_not_say_where_it_is_from_is_refused(headers: dict[str, str]) -> None:
    assert "does not say where it was opened" in refusal({**headers, "host": "127.0.0.1:8501"}, ())
