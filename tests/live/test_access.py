"""Accepted host names and pages, and the messages for refused ones."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit import config

import app
from dgviz.live.access import (
    LOOPBACK,
    HostError,
    OriginError,
    host_refusal,
    hosts,
    origins,
    page_refusal,
    referring_page,
)


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
def test_a_wrong_origin_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(OriginError, match=r"is not an origin.*such as https://"):
        origins(["https://good.example", written])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("lab.example.org", "lab.example.org"),
        (" Lab.Example.org. ", "lab.example.org"),
        ("*.example.org", "*.example.org"),
        ("*", "*"),
        ("[::1]", "::1"),
        ("::1", "::1"),
    ],
)
def test_host_names_are_read(written: str, read: str) -> None:
    assert hosts([written]) == {read}


@pytest.mark.parametrize("written", ["", "*.", "http://lab", "lab/gates", "a b", "lab.*", "**"])
def test_a_wrong_host_name_is_refused(written: str) -> None:
    with pytest.raises(HostError, match="is not a host name"):
        hosts(["good.example", written])


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("server.corsAllowedOrigins", ["lab/gates"]),
        ("server.allowedHosts", ["http://lab"]),
        ("server.address", "my host"),
    ],
)
def test_the_server_does_not_start_with_a_wrong_setting(
    setting: str, value: str | list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"server.corsAllowedOrigins": [], "server.allowedHosts": [], setting: value}
    monkeypatch.setattr(st, "get_option", settings.get)
    wrong = value if isinstance(value, str) else value[0]
    with pytest.raises(SystemExit, match=f"setting {setting} is wrong: '{wrong}'"):
        app.guard()


def test_the_guard_accepts_the_servers_own_names_and_those_of_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = {
        "server.corsAllowedOrigins": ["https://lab.example"],
        "server.allowedHosts": ["lab.example"],
        "server.address": "mine.example",
    }
    monkeypatch.setattr(st, "get_option", settings.get)
    monkeypatch.setattr(config, "set_option", settings.__setitem__)
    options = app.guard().kwargs
    assert options["hosts"] == {*LOOPBACK, "mine.example", "lab.example"}
    assert options["origins"] == {"https://lab.example"}
    # Streamlit's own list would refuse this machine.
    assert settings["server.allowedHosts"] == []


ALLOWED = hosts(["localhost", "lab.example.org", "*.school.example"])


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8501",
        "LOCALHOST",
        "localhost.",
        "lab.example.org:443",
        "a.school.example",
        "a.b.school.example:80",
        # An IP address cannot be made to point somewhere else.
        "192.168.1.20:8501",
        "[fe80::1]:8501",
    ],
)
def test_the_servers_own_names_and_addresses_are_accepted(host: str) -> None:
    assert host_refusal(host, ALLOWED) == ""


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example:8501",
        "localhost.evil.example",
        "evil-lab.example.org",
        "school.example",
        "127.0.0.1.evil.example",
        "localhost:8501, evil.example",
        "me@localhost",
        "localhost:port",
        "1.2.3",
    ],
)
def test_another_name_is_refused_and_the_setting_is_named(host: str) -> None:
    message = host_refusal(host, ALLOWED)
    assert f"does not accept the host name {host!r}" in message and "server.allowedHosts" in message


def test_any_name_is_accepted_if_the_setting_allows_it() -> None:
    assert host_refusal("evil.example", hosts(["*"])) == ""


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("https://b.example:8080/x/y?z", "https://b.example:8080"),
        ("https://b.example", "https://b.example"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_the_referring_page_is_found(referer: str, page: str) -> None:
    assert referring_page({"referer": referer}) == page


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
def test_the_servers_own_pages_and_allowed_ones_are_accepted(origin: str, host: str) -> None:
    assert page_refusal(origin, host, {"https://allowed.example"}) == ""


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "127.0.0.1:8501"),
        ("http://localhost:3000", "localhost:8501"),
        ("http://lab.example.org:8080", "lab.example.org"),
        ("https://lab.example.org", "lab.example.org:80"),
        ("http://allowed.example", "127.0.0.1:8501"),
        ("https://allowed.example.evil.example", "127.0.0.1:8501"),
        ("http://[", "127.0.0.1:8501"),
    ],
)
def test_the_refusal_of_a_foreign_page_has_both_names_and_the_setting(
    origin: str, host: str
) -> None:
    message = page_refusal(origin, host, {"https://allowed.example"})
    assert f"opened at {origin}:" in message
    assert f"under another name, {host}." in message
    assert f"add {origin} to the setting server.corsAllowedOrigins" in message


@pytest.mark.parametrize("origin", ["", "null"])
def test_a_request_without_an_origin_is_refused(origin: str) -> None:
    assert "does not say where it was opened" in page_refusal(origin, "127.0.0.1:8501", ())
