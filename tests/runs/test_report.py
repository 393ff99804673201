"""The report: valid, self-contained HTML with the values of the record; it never fails."""

from __future__ import annotations

import re
import shlex
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from synthetic_run import RUN_ID, SETTINGS, write_run

from dgviz.runs.courses import courses
from dgviz.runs.layout import FILES
from dgviz.runs.record import Record
from dgviz.runs.repeating import commands
from dgviz.runs.report import report_html
from dgviz.settings import Settings

VOID = {"meta", "br", "link", "img", "input", "hr"}
EVIL = '<script>alert(1)</script><img src="http://evil/x">&amp;"\''


class Page(HTMLParser):
    """Parses a page, and asserts that every element is closed correctly."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


def page_of(tmp_path: Path, **changes: Any) -> Page:
    return Page(report_html(Record(write_run(tmp_path, **changes))))


def loads_nothing(page: Page) -> bool:
    loading = {"src", "href", "action", "srcset", "poster", "data", "xlink:href"}
    addresses = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in loading or name.startswith("on")
    ]
    names = {name for name, _ in page.elements}
    harmless = all(address and address.startswith("data:image/png") for address in addresses)
    return harmless and not names & {"script", "link", "iframe", "object", "embed", "base", "form"}


def test_a_report_is_valid_and_self_contained(tmp_path: Path) -> None:
    html = report_html(Record(write_run(tmp_path)))
    page = Page(html)
    assert loads_nothing(page)
    style = re.search(r"<style>(.*)</style>", html, re.DOTALL)
    assert style and "url(" not in style.group(1) and "@import" not in style.group(1)
    assert "default-src 'none'" in html
    assert len(html) < 200_000


def test_it_has_the_values_of_the_record(tmp_path: Path) -> None:
    text = page_of(tmp_path, label={"name": "my run", "tags": ["talk"]}).text
    for words in (
        "my run",
        "talk",
        "DynamicGate-MLP (784 → 8 → 10) on MNIST, trained for 2 of 2 epochs with seed 0, "
        "classifies 90.00% of the test images correctly; 2,552 of 6,352 connections are active.",
        "± 0.30 points (one standard error)",
        "dense: 6,352",
        "dense: 6,370",
        "0.1 → 1",
        "after step 10",
        "python -m dgviz train --preset=paper --beta=0.1 --hidden=8",
        "Training finished.",
        "torch 2.13.0",
        "git commit 0000",
        "CC BY-SA 3.0",
        "about 0.13 points",
        "saves neither time nor memory",
        "0.1 → 1 (epoch 1) (preset: 0.03)",
        "Striped: 0 unused pixels",
        "Hatched: 10 pixels that are always blank",
    ):
        assert words in text, words
    for nonsense in ("None", "nan", "{", "}"):
        assert nonsense not in text


def test_settings_that_differ_from_the_preset_are_marked(tmp_path: Path) -> None:
    html = report_html(Record(write_run(tmp_path)))
    rows = re.findall(r'<tr class="changed"><th[^>]*>([^<]*)', html)
    assert rows == [
        "β sparsity penalty",
        "H hidden units",
        "B batch size",
        "Epochs",
        "Validation images",
        "Device",
    ]


def test_a_malicious_name_is_text(tmp_path: Path) -> None:
    name = EVIL[:80]
    card = {
        "phase": "failed",
        "reason": EVIL,
        "parent": EVIL,
        "sessions": [
            {
                "seconds": 1,
                "started": EVIL,
                "hardware": {EVIL: EVIL},
                "versions": {"torch": EVIL},
                "git": {"commit": EVIL, "dirty": True},
            }
        ],
    }
    page = page_of(tmp_path, label={"name": name, "tags": []}, card=card)
    assert loads_nothing(page)
    assert page.text.count("<script>alert(1)</script>") >= 6
    assert name in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"beta": -1.0, "tau": 0.45},
        {"preset": "sparse", "learning_rate_schedule": "ramp"},
        {"method": "dense", "dataset": "fashion_mnist", "label_smoothing": 0.1},
    ],
)
def test_the_command_repeats_the_run(changes: dict[str, Any]) -> None:
    from dgviz.cli.parser import Parser
    from dgviz.cli.train import add_arguments

    wanted = SETTINGS.with_changes(**changes)
    parser = Parser()
    add_arguments(parser)
    (command,) = commands(wanted)
    python, dash_m, module, train, *flags = shlex.split(command)
    assert [python, dash_m, module, train] == ["python", "-m", "dgviz", "train"]
    given = vars(parser.parse_args(flags))
    known = {name: value for name, value in given.items() if name in wanted.as_dict()}
    again = Settings.from_preset(known.pop("preset"), **known)
    # Knobs that the method does not read are left out.
    assert courses(again) == courses(wanted)
    assert ("--beta" in command) == (wanted.method != "dense")


def test_a_dense_run_has_no_gates_to_show(tmp_path: Path) -> None:
    page = page_of(tmp_path, settings=SETTINGS.with_changes(method="dense"))
    assert "This method takes no connection away" in page.text
    assert "τ threshold" not in page.text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("settings.json", "The settings cannot be read."),
        ("card.json", "card.json cannot be used"),
        ("metrics.jsonl", "There are no metrics to draw"),
        ("snapshots.bin", "No snapshot was recorded"),
        ("facts.safetensors", "Hatched: 0"),
        ("checkpoint.safetensors", "Training finished."),
    ],
)
@pytest.mark.parametrize("content", [None, b"", b"\x00garbage\n" * 50])
def test_missing_parts_are_reported_and_the_others_are_shown(
    tmp_path: Path, name: str, sentence: str, content: bytes | None
) -> None:
    folder = write_run(tmp_path)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    page = Page(report_html(Record(folder)))
    assert sentence in page.text
    assert "None" not in page.text
    assert "nan" not in page.text


def test_an_empty_folder_has_a_report(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    shutil.rmtree(folder)
    folder.mkdir()
    page = Page(report_html(Record(folder)))
    assert "settings.json cannot be used" in page.text


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(FILES[:-1]),
    flips=st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 7)), min_size=1, max_size=4),
)
def test_a_report_of_a_damaged_run_is_valid(
    tmp_path: Path, name: str, flips: list[tuple[int, int]]
) -> None:
    shutil.rmtree(tmp_path / RUN_ID, ignore_errors=True)
    folder = write_run(tmp_path, label={"name": "mine", "tags": []})
    content = bytearray((folder / name).read_bytes())
    for place, bit in flips:
        content[place % len(content)] ^= 1 << bit
    (folder / name).write_bytes(content)
    assert loads_nothing(Page(report_html(Record(folder))))


@pytest.mark.parametrize("odd", [None, "words", [], {}, -1, 1e300])
def test_the_valid_fields_of_a_session_are_shown(tmp_path: Path, odd: Any) -> None:
    names = ("started", "ended", "hardware", "versions", "git")
    session = {"seconds": 1.5, **dict.fromkeys(names, odd)}
    page = page_of(tmp_path, card={"sessions": [session], "parent": odd, "created": odd})
    assert "1.5 s" in page.text


def test_a_run_that_failed_before_anything_was_measured_says_so(tmp_path: Path) -> None:
    card = {"phase": "failed", "reason": "The disk was on fire.", "figures": {}, "step": 0}
    page = page_of(tmp_path, card={**card, "epoch": 0}, log=[])
    assert "Nothing was measured. It failed. The disk was on fire." in page.text


def test_an_entry_that_cancels_a_move_is_no_change(tmp_path: Path) -> None:
    move = {"kind": "knob", "step": 42, "epoch": 0.1, "knob": "tau", "from": 0.5, "to": 0.5}
    assert "No setting was changed during training." in page_of(tmp_path, log=[move]).text


def test_twenty_kinds_of_events_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    names = [f"event {'abcdefghij'[i // 10]}{'abcdefghij'[i % 10]}" for i in range(50)]
    log = [
        {"kind": "event", "step": 1, "epoch": 0.1, "name": name, "text": f"{name} happened"}
        for name in names
    ]
    for kinds, rest in ((20, ""), (21, "1 more kind of event is"), (50, "30 more kinds of events")):
        text = page_of(tmp_path / str(kinds), log=log[:kinds]).text
        assert text.count(" happened") == min(kinds, 20)
        assert rest in text and (rest != "") == ("more kind" in text)


@pytest.mark.parametrize(
    ("method", "name"),
    [("l0", "probability of being active"), ("dynamicgate", "gate probability")],
)
def test_the_histogram_has_the_method_s_name_of_its_scores(
    tmp_path: Path, method: str, name: str
) -> None:
    settings = SETTINGS.with_changes(method=method)
    page = page_of(tmp_path, settings=settings)
    assert f"The {name} of each connection of the whole network" in page.text
    assert "always blank in training, whose connections say nothing about importance" in page.text


def test_figures_that_are_missing_are_dashes(tmp_path: Path) -> None:
    page = page_of(tmp_path, card={"figures": {"test_accuracy": 0.5}})
    assert "dense: –" in page.text
    assert "None" not in page.text
