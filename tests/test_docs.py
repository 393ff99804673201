"""The documentation agrees with the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dgviz.cli.bench import MEASUREMENTS
from dgviz.cli.knobs import in_markdown
from dgviz.comparison.document import FIGURE, figure, results
from dgviz.formatting import joined

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def test_the_table_of_knobs_is_up_to_date() -> None:
    written = (ROOT / "docs" / "knobs.md").read_text(encoding="utf-8")
    assert written == in_markdown(), "run: python -m dgviz knobs > docs/knobs.md"


def test_messages_quoted_in_the_proxy_page_exist() -> None:
    written = (ROOT / "docs" / "proxy.md").read_text(encoding="utf-8")
    rows = [line for line in written.splitlines() if line.startswith('| "')]
    quoted = [words for row in rows for words in re.findall(r'"([^"]+?)[ …]*"', row)]
    sources = [*(ROOT / "dgviz").rglob("*.py"), *(ROOT / "dgviz").rglob("*.js")]
    shown = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    missing = [words for words in quoted if words not in shown]
    assert len(quoted) > len(missing)
    streamlits_own = {"Connection failed with status 404", "Request failed with status code 413"}
    assert set(missing) == streamlits_own


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'src="([^"]+)"', text)
    files = [target for target in targets if "://" not in target]
    missing = [target for target in files if not (page.parent / target).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_paragraph_begins_with_a_command_that_is_not_shown_as_code(page: Path) -> None:
    outside = re.split(r"^```.*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[::2]
    starts = re.compile(r"\n\n {0,3}((?:python -m|pip install|streamlit run) .*)")
    assert not [line for prose in outside for line in starts.findall(prose)]


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
def test_the_measurements_that_need_a_clone_are_named(page: str) -> None:
    first, *others = (name for name, module in MEASUREMENTS.items() if module.startswith("bench."))
    named = joined(f"`{name}`" for name in (f"bench {first}", *others))
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert f"{named} need a clone" in text


def test_the_results_are_what_the_measured_rows_give() -> None:
    docs = ROOT / "docs"
    hint = "run: python -m dgviz study report"
    assert (docs / "results.md").read_text(encoding="utf-8") == results(docs / "results"), hint
    drawn = figure(docs / "results")
    assert (docs / "results" / FIGURE).read_text(encoding="utf-8") == drawn, hint


def test_the_readme_shows_what_the_studies_measured() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    paper, _, rivals = (
        (ROOT / "docs" / "results.md").read_text(encoding="utf-8").partition("## Rivals")
    )
    table = [line for line in paper.splitlines() if line.startswith("|")]
    better = re.findall(r"^- r 0\.\d+: .*$", rivals, re.MULTILINE)
    assert len(table) > 3 and len(better) == 4
    assert not [line for line in [*table, *better] if line not in readme]


def test_the_twenty_lines_of_any_network_run(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "any-network.md").read_text(encoding="utf-8")
    code, printed = re.findall(r"```(?:python|text)\n(.*?)```", page, re.DOTALL)[:2]
    assert len([line for line in code.splitlines() if line]) < 25
    # Fewer batches than on the page, to save time.
    exec(code.replace("60_000", "1_280"), {})
    table = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in table[:6]] == ["layer", "0", "2", "5", "7", "all"]
    assert [row.split()[0] for row in printed.splitlines()[:6]] == [
        row.split()[0] for row in table[:6]
    ]
