"""The table of a comparison as CSV, LaTeX and Markdown."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from made_up_runs import made_up

from dgviz.comparison.exports import COLUMNS, as_csv, as_latex, as_markdown, latex
from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import standings
from dgviz.comparison.table import Row, rows
from dgviz.runs.store import Store

PLAN = Plan(methods=("magnitude", "dense"), ratios=(0.3,), seeds=2, epochs=2, hidden=8)


@pytest.fixture
def table(tmp_path: Path) -> list[Row]:
    pruned, _, again, _ = PLAN.runs()
    made_up(tmp_path, 1, pruned.settings, figures={"test_accuracy": 0.98, "active_weights": 2000})
    made_up(tmp_path, 2, again.settings, figures={"test_accuracy": 0.99, "active_weights": 2200})
    return rows(standings(PLAN.runs(), Store(tmp_path).records()))


def test_markdown(table: list[Row]) -> None:
    head, rule, pruned, dense = as_markdown(table).splitlines()
    assert head.count("|") == rule.count("|") == len(COLUMNS) + 1
    assert pruned == (
        "| gradual magnitude pruning | 98.50 ± 0.71 | 2,100 (2,000–2,200) | 0.3 | 0.400 | 2 "
        "| 97.00 ± 0.00 | 2,540 | 2,558 | 11,026 | 2 | 2.5 |"
    )
    assert dense == "| dense | – | – | – | – | 0 of 2 | – | – | – | – | 2 | – |"


def test_csv_has_all_digits(table: list[Row]) -> None:
    pruned, dense = csv.DictReader(io.StringIO(as_csv(table)))
    assert (pruned["method"], pruned["wanted_ratio"]) == ("magnitude", "0.3")
    assert (pruned["seeds"], pruned["seed_numbers"]) == ("2", "0 1")
    assert float(pruned["test_accuracy_mean"]) == pytest.approx(0.985)
    assert float(pruned["test_accuracy_sd"]) == pytest.approx(0.005 * 2**0.5)
    assert (pruned["kept_weights_min"], pruned["kept_weights_max"]) == ("2000", "2200")
    assert pruned["runs"] == "000000000001 000000000002"
    assert (dense["wanted_ratio"], dense["test_accuracy_mean"], dense["runs"]) == ("", "", "")


def test_latex_is_a_booktabs_table_in_which_nothing_is_a_command(table: list[Row]) -> None:
    text = as_latex(table, "100% of it")
    assert text.startswith("% This table needs \\usepackage{booktabs} and \\usepackage{graphicx}.")
    assert r"\toprule" in text and r"\bottomrule" in text
    assert r"98.50 $\pm$ 0.71" in text
    above, below = (text.splitlines()[text.splitlines().index(r"\toprule") + n] for n in (1, 2))
    assert above.startswith(" & test & kept &") and below.startswith(r"method & accuracy, \% &")
    assert r"\caption{100\% of it}" in text
    lines = [line for line in text.splitlines() if " & " in line]
    assert len(lines) == 4
    assert {line.count("&") for line in lines} == {len(COLUMNS) - 1}
    assert latex(r"a_b & 5% ~\ {x}^2") == (
        r"a\_b \& 5\% \textasciitilde{}\textbackslash{} \{x\}\textasciicircum{}2"
    )
