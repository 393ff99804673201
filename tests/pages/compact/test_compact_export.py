"""The compacted network as a file for another program."""

from __future__ import annotations

from pathlib import Path

import pytest
from compact_page import (
    RUN,
    click,
    compacted_page,
    end,
    keys,
    made,
    open_page,
    rerun,
    the_task,
    words,
)

from dgviz.compaction.exports import formats
from dgviz.compaction.exports.export import Export
from dgviz.live.task import the_compactions
from dgviz.ui.compact.results import the_results


def test_an_export_is_prepared_and_downloaded(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = compacted_page(root)
    click(page, "compact_prepare_onnx")
    task = the_task(the_compactions(), "onnx")
    assert task.arguments[2] == "onnx"
    assert "compact_export_stop_onnx" in keys(page)
    end(task, Export(b"zipped", "Checked by ONNX Runtime."))
    rerun(page)
    (button,) = page.get("download_button")
    assert button.proto.label == "Download ONNX"
    assert "6 bytes. Checked by ONNX Runtime." in words(page)

    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    the_results.cache_clear()
    page = open_page(run=RUN)
    end(the_task(the_compactions(), "Recipe"), made())
    rerun(page)
    assert page.button(key="compact_prepare_onnx").disabled
    assert "ONNX needs the package onnx. To install it: pip install" in words(page)
