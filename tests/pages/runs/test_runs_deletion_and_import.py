"""Runs that are deleted and restored, and runs that arrive as a zip."""

from __future__ import annotations

import pytest
from runs_page import A, B, C, click, open_page, shown, words
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from dgviz.live import task as task_module
from dgviz.runs.archive import export_zip
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import lock_on
from dgviz.runs.store import Store


def test_a_deletion_is_reported_and_undone(three: Store) -> None:
    page = click(open_page(run=[A, B]), "Delete these 2")
    assert shown(page) == [C]
    assert "Deleted 2 runs." in words(page) and "Recently deleted (2)" in words(page)
    assert "Deleted 2 runs." in words(page.run()), "until the next action"
    click(page, "Undo")
    assert shown(page) == [C, B, A]
    assert "Deleted 2 runs." not in words(page)
    assert page.query_params["run"] == [A, B]


def test_a_deleted_run_is_restored_or_removed_permanently(three: Store) -> None:
    page = click(open_page(run=A), "Delete")
    page = open_page(run=A)
    assert f"Run {A} was deleted" in page.warning[0].value
    click(page, "Restore")
    assert page.header[0].value == "Lecture demo"
    click(page, "Delete")
    click(page, "Yes, delete permanently")
    assert three.deleted() == []
    assert shown(page) == [C, B]


def test_a_run_that_is_being_trained_is_not_deleted(three: Store) -> None:
    with lock_on(three.root / A / LOCK):
        page = click(open_page(run=A), "Delete")
        assert "stop it before you delete it" in page.warning[0].value
    assert shown(page) == [C, B, A]


def test_a_zip_is_imported_and_chosen(three: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = export_zip(three.record(A)).content
    three.delete(A)
    files = MemoryUploadedFileManager
    freed = []
    monkeypatch.setattr(files, "remove_session_files", lambda self, session: freed.append(session))
    page = import_zip(open_page(), "demo.zip", packed)
    # Otherwise it would stay in the server's memory for as long as the page is open.
    assert freed
    assert "Imported Lecture demo from demo.zip." in words(page)
    assert page.query_params["run"] == A
    page = import_zip(open_page(), "demo.zip", packed)
    copy = page.query_params["run"]
    assert f"There is a run with its id, {A}, already, so this copy got the id {copy}" in words(
        page
    )


def test_an_invalid_zip_is_refused_beside_the_uploader(three: Store) -> None:
    page = import_zip(open_page(), "ev\u202eil.zip", b"PK nonsense")
    assert any(":red[evil.zip was not imported." in m.value for m in page.sidebar.markdown)
    assert shown(page) == [C, B, A]


def test_an_import_continues_on_another_page_and_can_be_stopped(
    three: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_module.Task, "serve", lambda task: None)
    page = open_page()
    page.file_uploader[0].set_value(("big.zip", b"PK", "application/zip")).run()
    assert "big.zip waits for another import to end." in words(page)
    assert not page.file_uploader
    page.switch_page("../../pages/live.py").run()
    page.switch_page("../../pages/runs.py").run()
    page.button(key="runs_import_stop").click().run()
    assert "big.zip was not imported. You stopped it." in words(page)
    assert page.file_uploader


def test_a_full_directory_is_reported(three: Store) -> None:
    three.quota_bytes = 1000
    assert "The runs directory is full" in open_page().warning[0].value


def import_zip(page: AppTest, name: str, content: bytes) -> AppTest:
    """Upload a file, and wait until it has been imported or refused."""
    page.file_uploader[0].set_value((name, content, "application/zip")).run()
    while any(button.key == "runs_import_stop" for button in page.button):
        page.run()
    assert not page.exception
    return page
