"""Export and import of runs, also of damaged and malicious zips."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save
from synthetic_run import RUN_ID, SETTINGS, blob, checkpoint, earlier_snapshot, facts, write_run

from dgviz.runs import archive, snapshots, unpacking
from dgviz.runs.archive import export_zip, import_zip, obstacle
from dgviz.runs.contents import RunsError
from dgviz.runs.layout import FILES, LARGEST_SNAPSHOT, LARGEST_TEXT
from dgviz.runs.locks import lock_on
from dgviz.runs.record import Record
from dgviz.runs.snapshot_blob import arrays, last_blob
from dgviz.runs.snapshots import KINDS, SnapshotWriter
from dgviz.runs.store import Store, Usage
from dgviz.settings import Settings

Files = dict[str, bytes]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The files of an undamaged run."""
    label = {"name": "mine", "tags": ["a"]}
    folder = write_run(tmp_path_factory.mktemp("good"), label=label)
    return {name: (folder / name).read_bytes() for name in FILES}


def packed(files: Files, folder: str = RUN_ID) -> bytes:
    """A zip like those of `export_zip`, with any files."""
    return zipped({f"{folder}/{name}": content for name, content in files.items()})


def zipped(entries: Files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return target.getvalue()


def untouched(store: Store) -> bool:
    """Whether the runs directory is empty and there is nothing beside it."""
    inside = list(store.root.iterdir()) if store.root.exists() else []
    return not inside and {path.name for path in store.root.parent.iterdir()} <= {"runs"}


def refuses(store: Store, data: bytes, words: str) -> None:
    """Assert that an import is refused, with `words` in the sentence, and leaves no files."""
    with pytest.raises(RunsError, match=words) as refusal:
        import_zip(store, data)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)
    assert untouched(store)


def test_an_exported_run_is_imported_byte_for_byte(store: Store, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "elsewhere", label={"name": "mine", "tags": ["a"]})
    arrived = import_zip(store, export_zip(Record(folder)).content).record
    assert arrived.id == RUN_ID
    assert (arrived.name, arrived.tags, arrived.phase) == ("mine", ("a",), "finished")
    assert arrived.damage() == ()
    assert {path.name for path in arrived.folder.iterdir()} == set(FILES)
    for name in FILES:
        assert (arrived.folder / name).read_bytes() == (folder / name).read_bytes()
    assert [path.name for path in store.root.iterdir()] == [RUN_ID]


def test_an_export_has_the_files_of_the_run_and_no_lock(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    (folder / "lock").touch()
    (folder / "notes.txt").write_text("not a run's")
    (folder / "metrics.jsonl").chmod(0o600)
    with zipfile.ZipFile(io.BytesIO(export_zip(Record(folder)).content)) as made:
        kinds = {entry.filename: entry.compress_type for entry in made.infolist()}
        # Everyone can read what root unpacks.
        assert {entry.external_attr >> 16 & 0o777 for entry in made.infolist()} == {0o644}
    assert set(kinds) == {f"{RUN_ID}/{name}" for name in FILES if name != "label.json"}
    assert kinds[f"{RUN_ID}/metrics.jsonl"] == zipfile.ZIP_DEFLATED
    assert kinds[f"{RUN_ID}/snapshots.bin"] == zipfile.ZIP_STORED


@pytest.mark.parametrize("name", FILES)
def test_a_link_to_a_file_elsewhere_is_not_exported(tmp_path: Path, name: str) -> None:
    folder = write_run(tmp_path, label={"name": "mine", "tags": ["a"]})
    secret = tmp_path / "secret"
    (folder / name).rename(secret)
    (folder / name).symlink_to(secret)
    exported = export_zip(Record(folder))
    with zipfile.ZipFile(io.BytesIO(exported.content)) as made:
        assert f"{RUN_ID}/{name}" not in made.namelist()
    assert any(name in sentence for sentence in exported.left_out)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")
@pytest.mark.parametrize("name", FILES)
def test_a_pipe_instead_of_a_file_does_not_block(tmp_path: Path, name: str) -> None:
    folder = write_run(tmp_path, label={"name": "mine", "tags": ["a"]})
    (folder / name).unlink()
    os.mkfifo(folder / name)
    record = Record(folder)
    assert any(name in sentence for sentence in record.damage())
    assert isinstance(record.log(), list) and isinstance(record.changes(), list)


def test_a_dangling_link_beside_the_runs_does_not_prevent_an_import(
    store: Store, files: Files
) -> None:
    store.root.mkdir()
    (store.root / ".incoming-abc").symlink_to("nowhere")
    assert import_zip(store, packed(files)).record.id == RUN_ID


def test_an_imported_run_gets_a_new_id_if_its_id_exists(store: Store, files: Files) -> None:
    first = import_zip(store, packed(files)).record
    second, left_out = import_zip(store, io.BytesIO(packed(files)))
    assert left_out == (
        f"There is a run with its id, {RUN_ID}, already, so this copy got the id {second.id}.",
    )
    assert first.id == RUN_ID != second.id
    assert first.card and second.card == replace(first.card, id=second.id)
    assert {record.id for record in store.records()} == {first.id, second.id}
    assert len(list(store.root.iterdir())) == 2


def test_settings_and_card_are_enough_for_an_import(store: Store, files: Files) -> None:
    least = {name: files[name] for name in ("settings.json", "card.json")}
    assert import_zip(store, packed(least)).record.settings == SETTINGS


def test_a_dense_run_and_one_on_colour_images_are_imported(store: Store, tmp_path: Path) -> None:
    for run_id, changes in {
        "0" * 12: {"method": "dense"},
        "1" * 12: {"dataset": "cifar10"},
    }.items():
        folder = write_run(tmp_path / "elsewhere", run_id, SETTINGS.with_changes(**changes))
        assert import_zip(store, export_zip(Record(folder)).content).record.damage() == ()


def test_a_killed_run_is_imported_without_its_incomplete_record(
    store: Store, tmp_path: Path
) -> None:
    folder = write_run(tmp_path / "elsewhere", card={"phase": "running"})
    content_before = (folder / "snapshots.bin").read_bytes()
    recorded = Record(folder).snapshots().of("gates")
    for name in ("snapshots.bin", "metrics.jsonl"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:-20])
    arrived = import_zip(store, export_zip(Record(folder)).content).record
    assert arrived.phase == "interrupted"
    assert arrived.resumable
    assert arrived.damage() == ()
    assert arrived.snapshots().of("gates") == recorded
    assert content_before.startswith((arrived.folder / "snapshots.bin").read_bytes())


def test_a_run_can_be_exported_while_it_trains(store: Store, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "elsewhere", card={"phase": "running"})
    with lock_on(folder / "lock"):
        data = export_zip(Record(folder)).content
    assert import_zip(store, data).record.phase == "interrupted"


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_not_a_zip_is_refused(store: Store, data: bytes) -> None:
    refuses(store, data, "zip")


def named(files: Files, name: str, content: bytes = b"{}") -> bytes:
    """The zip of an undamaged run with one more entry."""
    entry = zipfile.ZipInfo("placeholder")
    # Bypass the constructor, which would normalise the name.
    entry.filename = name
    target = io.BytesIO(packed(files))
    with zipfile.ZipFile(target, "a") as made:
        made.writestr(entry, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../settings.json",
        f"../{RUN_ID}/settings.json",
        f"{RUN_ID}/../settings.json",
        f"{RUN_ID}\\..\\..\\notes.txt",
        f"/{RUN_ID}/settings.json",
        f"{RUN_ID}/settings.json\x00.txt",
        "C:/settings.json",
        "c:\\notes.txt",
        "\\\\server\\share\\notes.txt",
    ],
)
def test_a_path_out_of_the_zip_is_refused(store: Store, files: Files, name: str) -> None:
    refuses(store, named(files, name), "not a path in a folder")


@pytest.mark.parametrize("name", [f"{RUN_ID}\\card.json", f"{RUN_ID}/./card.json"])
def test_a_duplicate_file_is_refused(store: Store, files: Files, name: str) -> None:
    refuses(store, named(files, name), "card.json is in the zip twice")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refuses(store, named(files, f"{RUN_ID}/card.json"), "card.json is in the zip twice")


@pytest.mark.parametrize("name", ["settings.json", "old/card.json", f"{RUN_ID}/old/settings.json"])
def test_two_runs_in_one_zip_are_refused(store: Store, files: Files, name: str) -> None:
    refuses(store, named(files, name), "more than one run: import a zip of each")


def test_a_zip_without_a_run_is_refused(store: Store) -> None:
    refuses(store, zipped({"notes.txt": b"x"}), "no run in the zip")


@pytest.mark.parametrize(
    "name",
    [
        f"__MACOSX/{RUN_ID}/._settings.json",
        "__MACOSX/settings.json",
        ".DS_Store",
        f"{RUN_ID}/.DS_Store",
        f"{RUN_ID}/Thumbs.db",
        f"{RUN_ID}/desktop.ini",
        f"{RUN_ID}/notes.txt",
        f"{RUN_ID}/deeper/label.json",
        f"{RUN_ID}/Settings.json",
        f"{RUN_ID}/lock",
        f"{RUN_ID}/faithfulness.json",
        f"{RUN_ID}/evil.pkl",
        "ffffffffffff/label.json",
    ],
)
def test_files_that_belong_to_no_run_are_ignored_and_listed(
    store: Store, files: Files, name: str
) -> None:
    arrived, left_out = import_zip(store, named(files, name))
    assert left_out == (f"Ignored, because no run has such files: '{name}'.",)
    assert {path.name: path.read_bytes() for path in arrived.folder.iterdir()} == files


def test_only_some_of_many_ignored_files_are_listed(store: Store, files: Files) -> None:
    whole = {f"{RUN_ID}/{name}": content for name, content in files.items()}
    many = {f"photos/{i}.jpg": b"" for i in range(12)}
    _, (sentence,) = import_zip(store, zipped(many | whole))
    assert sentence.endswith("'photos/3.jpg', 'photos/4.jpg' and 7 more.")


@pytest.mark.parametrize(
    "before",
    [
        "",
        "./",
        "my best run/",
        "0123456789AB/",
        f"Downloads/{RUN_ID}/",
        f"{RUN_ID}\\",
        f"Downloads\\{RUN_ID}\\",
    ],
)
def test_a_run_is_found_in_any_folder_of_a_zip(store: Store, files: Files, before: str) -> None:
    """Zips packed by hand: without a folder, with another folder name, or by Windows."""
    entries = {} if not before else {before.rstrip("/\\") + "/": b""}
    entries |= {f"{before}{name}": content for name, content in files.items()}
    arrived, left_out = import_zip(store, zipped(entries))
    assert (arrived.id, left_out) == (RUN_ID, ())
    assert {path.name: path.read_bytes() for path in arrived.folder.iterdir()} == files


def test_a_link_is_refused(store: Store, files: Files) -> None:
    entry = zipfile.ZipInfo(f"{RUN_ID}/label.json")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    target = io.BytesIO(packed({name: files[name] for name in FILES if name != "label.json"}))
    with zipfile.ZipFile(target, "a") as made:
        made.writestr(entry, "/etc/passwd")
    refuses(store, target.getvalue(), "no link")


def test_too_many_entries_are_refused(store: Store) -> None:
    data = zipped({f"{i}": b"" for i in range(unpacking.MOST_ENTRIES + 1)})
    refuses(store, data, "more than 1,000 files")


def test_an_encrypted_entry_is_refused(store: Store, files: Files) -> None:
    data = bytearray(packed(files))
    # The flags are at offset 8 of an entry in the zip's directory.
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    refuses(store, bytes(data), "encrypted")


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression_method_is_refused(store: Store, files: Files, packing: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as made:
        for name, content in files.items():
            made.writestr(f"{RUN_ID}/{name}", content)
    refuses(store, target.getvalue(), "stored or deflated")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """A limit of 2 MB, in bytes."""
    monkeypatch.setenv("DGVIZ_ZIP_MB", "2")
    return 2 * 2**20


def test_a_zip_bomb_that_states_its_size_is_refused(store: Store, files: Files, small: int) -> None:
    data = packed(files | {"checkpoint.safetensors": bytes(small)})
    assert len(data) < 10**5
    refuses(store, data, "may take 2 MB together.* DGVIZ_ZIP_MB above 2")


def test_a_zip_bomb_that_states_a_wrong_size_is_refused(
    store: Store, files: Files, small: int
) -> None:
    data = bytearray(packed(files | {"checkpoint.safetensors": bytes(small)}))
    # Uncompressed sizes: offset 24 in the zip's directory, offset 22 before the content.
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rindex(signature) + offset
        data[at : at + 4] = (100).to_bytes(4, "little")
    refuses(store, bytes(data), "damaged|DGVIZ_ZIP_MB")


def test_exports_and_imports_have_the_same_limit(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For any limit, the exported run can be imported, or both fail with the same sentence."""
    folder = write_run(tmp_path / "elsewhere")
    size = sum(path.stat().st_size for path in folder.iterdir())
    for limit in (size - 1, size):
        monkeypatch.setenv("DGVIZ_ZIP_MB", str(limit / 2**20))
        if limit < size:
            with pytest.raises(RunsError, match="DGVIZ_ZIP_MB") as at_export:
                export_zip(Record(folder))
            assert obstacle(Record(folder)) == str(at_export.value)
            content = {path.name: path.read_bytes() for path in folder.iterdir()}
            with pytest.raises(RunsError) as at_import:
                import_zip(store, packed(content))
            assert str(at_export.value) == str(at_import.value)
        else:
            assert obstacle(Record(folder)) == ""
            assert import_zip(store, export_zip(Record(folder)).content).left_out == ()


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("settings.json", "64 KB"),
        ("label.json", "64 KB"),
        ("card.json", "1 MB"),
        ("metrics.jsonl", "8 MB"),
    ],
)
def test_a_text_file_that_is_too_large_to_parse_is_left_out(
    store: Store,
    tmp_path: Path,
    files: Files,
    name: str,
    most: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DGVIZ_ZIP_MB", "1024")
    large = files | {name: files[name].rstrip() + b" " * LARGEST_TEXT[name] + b"\n"}
    leaves_out(store, large, rf"{name} .*cannot be read \(larger than {most}\)")
    folder = write_run(tmp_path / "elsewhere")
    (folder / name).write_bytes(large[name])
    left_out = export_zip(Record(folder)).left_out
    assert any(
        re.search(rf"{name} .*cannot be read \(larger than {most}\)", sentence)
        for sentence in left_out
    )


def test_a_zip_that_is_too_large_is_not_read_to_its_end(store: Store, small: int) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0, "all of it was asked for"
            self.given += size
            return bytes(size)

    source = Endless()
    with pytest.raises(RunsError, match="may take 2 MB"):
        import_zip(store, source)  # type: ignore[arg-type]
    assert source.given <= small + unpacking.OVERHEAD + 1


@pytest.mark.parametrize("missing", [*FILES, *(f"all but {name}" for name in FILES[:4])])
def test_a_run_with_missing_files_shows_the_same_after_an_import(
    store: Store, tmp_path: Path, files: Files, missing: str
) -> None:
    folder = write_run(tmp_path / "elsewhere", label={"name": "mine", "tags": ["a"]})
    for name in FILES:
        if name == missing or (missing.startswith("all") and not missing.endswith(name)):
            (folder / name).unlink()
    before = Record(folder)
    after, left_out = import_zip(store, export_zip(before).content)
    # Files that cannot be used without settings are not exported.
    assert set(left_out) <= set(before.damage())
    assert shown(after) == shown(before)


def shown(record: Record) -> Any:
    """What a user sees of a run, apart from damage."""
    snapshots = record.snapshots()
    snapshots = {
        (kind, snapshot.step): snapshots.read(kind, snapshot.step)
        for kind in KINDS
        for snapshot in snapshots.of(kind)
    }
    named = (record.id, record.phase, record.reason, record.title, record.tags, record.card)
    return named, record.settings, record.log(), record.settings and snapshots


@pytest.mark.parametrize("parent", ["../../etc", [], "<script>"])
def test_an_invalid_parent_is_left_out(store: Store, files: Files, parent: Any) -> None:
    spoilt = changed("card.json", parent=parent)(files)
    arrived, left_out = import_zip(store, packed(spoilt))
    assert arrived.parent is None
    assert [sentence[:24] for sentence in left_out] == ["card.json: 'parent' must"]


def test_a_run_without_settings_and_card_is_exported_and_imported(
    store: Store, tmp_path: Path
) -> None:
    folder = write_run(tmp_path / "elsewhere", label={"name": "mine", "tags": ["a"]})
    for name in ("settings.json", "card.json"):
        (folder / name).write_bytes(b"damaged")
    before = Record(folder)
    assert obstacle(before) == ""
    exported = export_zip(before)
    assert exported.left_out == before.damage()
    after, _ = import_zip(store, exported.content)
    assert {path.name for path in after.folder.iterdir()} == {"label.json", "metrics.jsonl"}
    assert shown(after) == shown(before)


def test_a_run_without_any_valid_file_is_refused(store: Store, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "elsewhere")
    for path in folder.iterdir():
        path.write_bytes(b"damaged")
    record = Record(folder)
    with pytest.raises(RunsError, match="None of the files"):
        export_zip(record)
    assert obstacle(record) == "None of the files of this run can be used."
    with pytest.raises(RunsError, match="None of the files"):
        import_zip(store, packed({path.name: b"damaged" for path in folder.iterdir()}))
    assert list(store.root.iterdir()) == []


def changed(name: str, **changes: Any) -> Callable[[Files], Files]:
    return lambda files: {**files, name: json.dumps(json.loads(files[name]) | changes).encode()}


def replaced(name: str, content: bytes) -> Callable[[Files], Files]:
    return lambda files: {**files, name: content}


def facts_without(name: str, **changes: Any) -> bytes:
    """Facts with other figures."""
    tensors, figures = arrays(facts())
    del figures[name]
    return blob(tensors, figures | changes)


BAD_CONTENT = {
    "settings are no JSON": (
        replaced("settings.json", b"{"),
        "settings.json cannot be used: it is damaged",
    ),
    "settings are a list": (
        replaced("settings.json", b"[]"),
        "settings.json cannot be used: it is damaged",
    ),
    "settings nested too deep": (
        replaced("settings.json", b"[" * 60_000),
        "cannot be used: it is damaged",
    ),
    "an unknown knob": (changed("settings.json", evil=1), "'evil' is not a setting"),
    "a knob out of range": (changed("settings.json", hidden=10**9), "H .hidden. must be"),
    "a knob of another kind": (changed("settings.json", dataset=["mnist"]), "dataset must be"),
    "a card that is not finite": (
        changed("card.json", step=float("inf")),
        "card.json cannot be used: it is damaged",
    ),
    "a card with a number beyond all": (
        lambda files: {
            **files,
            "card.json": files["card.json"].replace(b'"step": 20', b'"step": 1e999'),
        },
        "'step' must be a whole number",
    ),
    "a card with NaN deep inside": (
        changed("card.json", figures={"test_accuracy": float("nan")}),
        "cannot be used: it is damaged",
    ),
    "a card with an endless number": (
        changed("card.json", a=10**400),
        "'a' must hold finite numbers",
    ),
    "a card of nothing": (replaced("card.json", b"{}"), "not a run's card"),
    "a card with a session from no step": (
        changed("card.json", sessions=[{"seconds": 1.0, "from_step": "x"}]),
        "'sessions.0.from_step' must be a whole number",
    ),
    "a card with an unknown phase": (changed("card.json", phase="winning"), "not a run's card"),
    "a name with a control character": (
        replaced("label.json", b'{"name": "\\u0007", "tags": []}'),
        "U.0007",
    ),
    "an empty tag": (replaced("label.json", b'{"name": "", "tags": [""]}'), "A tag has"),
    "a metrics line that is no JSON": (
        lambda files: {**files, "metrics.jsonl": b"what\n" + files["metrics.jsonl"]},
        "Damaged lines in metrics.jsonl, which are skipped: 1",
    ),
    "a metrics line with Infinity": (
        replaced("metrics.jsonl", b'{"kind": "metrics", "step": 0, "epoch": Infinity}\n'),
        "Damaged lines in metrics.jsonl, which are skipped: 1",
    ),
    "a figure that is a word": (
        replaced("metrics.jsonl", b'{"kind": "metrics", "step": 0, "test_accuracy": "98"}\n'),
        "which are skipped: 1",
    ),
    "a knob that is a list": (
        replaced("metrics.jsonl", b'{"kind": "knob", "step": 0, "knob": []}\n'),
        "which are skipped: 1",
    ),
    "a step between two": (
        replaced("metrics.jsonl", b'{"kind": "metrics", "step": 0.5}\n'),
        "which are skipped: 1",
    ),
    "steps that go back": (
        lambda files: {**files, "metrics.jsonl": 2 * files["metrics.jsonl"]},
        "Damaged lines in metrics.jsonl",
    ),
    "facts that are a pickle": (replaced("facts.safetensors", b"\x80\x04N."), "facts.safetensors"),
    "facts of another image": (
        replaced("facts.safetensors", facts(SETTINGS.with_changes(dataset="cifar10"))),
        "exactly always_zero uint8 .784",
    ),
    "facts without the names of the classes": (
        replaced("facts.safetensors", facts_without("classes")),
        "must hold the facts of MNIST",
    ),
    "facts with another class": (
        replaced("facts.safetensors", facts_without("classes", classes=["<b>"] * 10)),
        "must hold the facts of MNIST",
    ),
    "facts whose figures are a list": (
        replaced("facts.safetensors", blob({"always_zero": np.zeros(784, np.uint8)}, [])),
        "facts.safetensors",
    ),
    "predictions that are a pickle": (
        replaced("predictions.safetensors", b"\x80\x04N."),
        "predictions.safetensors must be safetensors",
    ),
    "predictions of floats": (
        replaced("predictions.safetensors", blob({"classes": np.zeros(20)}, {})),
        "exactly classes uint8 .20,.",
    ),
    "predictions of a class that is not there": (
        replaced("predictions.safetensors", blob({"classes": np.full(20, 10, np.uint8)}, {})),
        "must hold classes of MNIST",
    ),
    "predictions of a step that is no number": (
        replaced(
            "predictions.safetensors",
            blob({"classes": np.zeros(20, np.uint8)}, {"channel": "predictions", "step": "last"}),
        ),
        "must have the step",
    ),
    "a checkpoint that is a pickle": (
        replaced("checkpoint.safetensors", b"\x80\x04cos\nsystem\n."),
        "safetensors",
    ),
    "a checkpoint with NaN": (
        replaced(
            "checkpoint.safetensors",
            checkpoint(model_layers_0_bias=np.full(8, np.nan, dtype=np.float32)),
        ),
        "finite numbers only",
    ),
    "a checkpoint with an infinite step": (
        replaced(
            "checkpoint.safetensors",
            checkpoint(adam_layers_0_bias_step=np.array(np.inf, dtype=np.float32)),
        ),
        "finite numbers only",
    ),
    "a checkpoint with a generator of floats": (
        replaced("checkpoint.safetensors", checkpoint(order=np.zeros(8))),
        "float64 of shape .8,., which fits no part",
    ),
    "a checkpoint with an unknown tensor": (
        replaced("checkpoint.safetensors", checkpoint(evil=np.zeros(8, dtype=np.float32))),
        "'evil'.* fits no part",
    ),
}


def leaves_out(store: Store, files: Files, words: str) -> None:
    """Assert that invalid parts are left out, with a sentence that contains `words`.

    The imported run has no damage, and the original folder gives the same sentences.
    """
    given = store.root.parent / "given"
    given.mkdir()
    for name, content in files.items():
        (given / name).write_bytes(content)
    arrived, left_out = import_zip(store, packed(files))
    assert re.search(words, " ".join(left_out)), left_out
    assert Record(given).damage() == left_out
    rest = [problem for problem in arrived.damage() if "it is missing" not in problem]
    assert [problem for problem in rest if "without settings.json" not in problem] == []


@pytest.mark.parametrize(("spoil", "words"), BAD_CONTENT.values(), ids=BAD_CONTENT)
def test_invalid_content_is_left_out_and_listed(
    store: Store, files: Files, spoil: Callable[[Files], Files], words: str
) -> None:
    leaves_out(store, spoil(files), words)


def snapshots_of(tmp_path: Path, content: bytes, kind: str = "gates") -> bytes:
    writer = SnapshotWriter(tmp_path / "made.bin", resume_step=-1)
    writer.append(kind, 0, 0, content)
    writer.close()
    made = (tmp_path / "made.bin").read_bytes()
    (tmp_path / "made.bin").unlink()
    return made


def deep_figures() -> bytes:
    return save(GATES, {"dgviz": '{"a":' * 10**5 + "1" + "}" * 10**5})


AT = {"channel": "gates", "step": 0}
SHAPES = {**AT, "shapes": [[8, 784], [10, 8]]}
EMPTY = {**AT, "shapes": [[0, 784], [10, 0]]}
THREE_SHAPES = {**AT, "shapes": [[8, 784], [10, 8], [10, 784]]}
"""The last layer's inputs are the image's, as of a shortcut past the hidden layer."""
ROUTED_SHAPES = {**AT, "shapes": [[2, 784], [8, 784], [8, 784], [10, 8], [10, 8]]}
ROUTED_LAYERS = [
    {"name": "router", "source": ""},
    {"name": "expert 1", "source": ""},
    {"name": "expert 2", "source": ""},
    {"name": "expert 1 output", "source": "expert 1"},
    {"name": "expert 2 output", "source": "expert 2"},
]
ROUTING = {
    "routes": ["expert 1", "expert 2"],
    "by_class": [[0.25, 0.75]] * 10,
    "mean": [0.25, 0.75],
    "images": 5000,
}
ROUTED = {**ROUTED_SHAPES, "layers": ROUTED_LAYERS, "routing": ROUTING, "macs_per_input": 7920.5}
ROUTED_MASKS = {
    f"masks.{i}": np.zeros(units * inputs // 8, np.uint8)
    for i, (units, inputs) in enumerate(ROUTED_SHAPES["shapes"])
}
MASKS = {"masks.0": np.zeros(784, np.uint8), "masks.1": np.zeros(10, np.uint8)}
SCORES = {"scores.0": np.zeros((8, 784), np.uint8), "scores.1": np.zeros((10, 8), np.uint8)}
GATES = {"gates.0": np.zeros((8, 784), np.uint8), "gates.1": np.zeros((10, 8), np.uint8)}
"""Gates in the earlier format."""
BAD_SNAPSHOTS = {
    "no safetensors": b"not a snapshot",
    "a mask missing": blob({"masks.0": MASKS["masks.0"]}, SHAPES),
    "a mask too short": blob({**MASKS, "masks.1": np.zeros(9, np.uint8)}, SHAPES),
    "a mask that is no bits": blob({**MASKS, "masks.1": np.zeros((10, 8), bool)}, SHAPES),
    "no shapes": blob(MASKS, AT),
    "shapes of another network": blob(MASKS, {**AT, "shapes": [[784, 8], [8, 10]]}),
    "scores without masks": blob(SCORES, SHAPES),
    "scores of one layer only": blob({**MASKS, "scores.0": SCORES["scores.0"]}, SHAPES),
    "scores of another width": blob(
        {**MASKS, **SCORES, "scores.1": np.zeros((8, 10), np.uint8)}, SHAPES
    ),
    "both formats": blob({**MASKS, **GATES}, SHAPES),
    "a layer missing": blob({"gates.0": GATES["gates.0"]}, AT),
    "a layer without a source": blob({**GATES, "gates.2": np.zeros((10, 9), np.uint8)}, AT),
    "a layer after a gap": blob({**GATES, "gates.3": GATES["gates.1"]}, AT),
    "a layer without units": blob({f"masks.{i}": np.zeros(0, np.uint8) for i in (0, 1)}, EMPTY),
    "more connections than a snapshot can hold": blob(
        {"masks.0": np.zeros(784 * 1400, np.uint8), "masks.1": np.zeros(14_000, np.uint8)},
        {**AT, "shapes": [[11_200, 784], [10, 11_200]]},
    ),
    "another width": blob({**GATES, "gates.1": np.zeros((10, 9), np.uint8)}, AT),
    "another type": blob({**GATES, "gates.1": np.zeros((10, 8), np.int8)}, AT),
    "figures that are not finite": blob(GATES, {**AT, "tau": float("inf")}),
    "figures nested too deep": deep_figures(),
    "a header that fills the memory": save(GATES, {"dgviz": "[" + "[]," * 30_000 + "[]]"}),
    "larger than a snapshot can be": bytes(LARGEST_SNAPSHOT + 1),
    **{
        f"{name} {value!r}": blob(MASKS, {**SHAPES, name: value})
        for name, value in (
            ("scores", '<a href="https://example.com">gate probability</a>'),
            ("scores", 7),
            ("scores", "a" * 41),
            ("tau", "0.5"),
            ("tau", 2),
            ("tau_knob", [0.5]),
            ("preview", 1),
            ("prunes", "yes"),
            ("accuracy_by_tau", [[0.5, "98%"]]),
            ("score_counts", [-1]),
            ("step", "<b>"),
            ("epoch", "<b>"),
            ("test_accuracy", "98%"),
            ("validation_accuracy", 98),
            ("channel", "facts"),
            ("channel", "weights"),
            ("step", 1),
            ("gated", 0),
        )
    },
    **{
        f"{name} {value!r}"[:60]: blob(ROUTED_MASKS, {**ROUTED, name: value})
        for name, value in (
            ("layers", ROUTED_LAYERS[1:]),
            ("layers", [{"name": "<b>", "source": ""}, *ROUTED_LAYERS[1:]]),
            ("layers", [*ROUTED_LAYERS[:4], {"name": "router", "source": "expert 2"}]),
            ("layers", [*ROUTED_LAYERS[:4], {"name": "output", "source": "expert 3"}]),
            ("layers", [*ROUTED_LAYERS[:4], {"name": "output", "source": "router"}]),
            ("layers", [*ROUTED_LAYERS[:4], "expert 2 output"]),
            ("routing", {**ROUTING, "routes": ["expert 1", "<b>"]}),
            ("routing", {**ROUTING, "by_class": [[0.25, 0.5, 0.25]]}),
            ("routing", {**ROUTING, "by_class": [[-1, 2]]}),
            ("routing", {**ROUTING, "mean": [1]}),
            ("routing", {**ROUTING, "images": None}),
            ("routing", []),
            ("macs_per_input", "many"),
        )
    },
}


@pytest.mark.parametrize("content", BAD_SNAPSHOTS.values(), ids=BAD_SNAPSHOTS)
def test_a_snapshot_that_does_not_fit_the_network_is_left_out(
    store: Store, files: Files, tmp_path: Path, content: bytes
) -> None:
    snapshots = snapshots_of(tmp_path, content)
    words = "Damaged snapshots in snapshots.bin, which are skipped: 1"
    leaves_out(store, files | {"snapshots.bin": snapshots + files["snapshots.bin"]}, words)


@pytest.mark.parametrize(
    "content",
    [
        blob(MASKS, SHAPES),
        blob(MASKS | SCORES, {**SHAPES, "scores": "probability of being active"}),
        blob({**MASKS, "masks.2": np.zeros(980, np.uint8)}, THREE_SHAPES),
        blob(ROUTED_MASKS, ROUTED),
        blob(GATES, AT),
        earlier_snapshot(),
    ],
    ids=[
        "masks",
        "masks and scores",
        "a layer past the hidden one",
        "layers side by side",
        "gates of an earlier version",
        "a snapshot of an earlier version",
    ],
)
def test_a_snapshot_of_either_format_is_imported(
    store: Store, files: Files, tmp_path: Path, content: bytes
) -> None:
    snapshots = snapshots_of(tmp_path, content)
    arrived, left_out = import_zip(store, packed(files | {"snapshots.bin": snapshots}))
    assert left_out == ()
    assert last_blob(arrived.snapshots(), "gates") == content


def test_a_snapshot_of_another_network_than_the_first_is_left_out(
    store: Store, files: Files, tmp_path: Path
) -> None:
    other = blob({**MASKS, "masks.2": np.zeros(980, np.uint8)}, THREE_SHAPES)
    snapshots = files["snapshots.bin"] + snapshots_of(tmp_path, other)
    words = "Damaged snapshots in snapshots.bin, which are skipped: 1"
    leaves_out(store, files | {"snapshots.bin": snapshots}, words)


def test_a_snapshot_is_decompressed_only_up_to_the_largest_size(
    store: Store, files: Files, tmp_path: Path
) -> None:
    bomb = snapshots_of(tmp_path, bytes(10 * LARGEST_SNAPSHOT))
    write_run(store.root, RUN_ID)
    (store.root / RUN_ID / "snapshots.bin").write_bytes(bomb + files["snapshots.bin"])
    record = store.record(RUN_ID)
    record.damage()  # Imports what it needs.
    tracemalloc.start()
    damage = record.damage()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "Damaged snapshots in snapshots.bin, which are skipped: 1." in damage
    assert peak < 2.5 * LARGEST_SNAPSHOT


def test_the_size_of_a_linked_file_does_not_count_for_an_export(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_run(store.root, RUN_ID)
    (tmp_path / "elsewhere").write_bytes(bytes(2**20))
    (folder / "checkpoint.safetensors").unlink()
    (folder / "checkpoint.safetensors").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("DGVIZ_ZIP_MB", "0.9")
    record = store.record(RUN_ID)
    assert obstacle(record) == ""
    assert "checkpoint.safetensors" in " ".join(export_zip(record).left_out)


def test_a_flipped_bit_in_a_snapshot_affects_only_that_snapshot(store: Store, files: Files) -> None:
    content = bytearray(files["snapshots.bin"])
    content[len(content) // 3] ^= 1
    leaves_out(store, files | {"snapshots.bin": bytes(content)}, "which are skipped: 1")


def test_bytes_between_the_snapshots_are_left_out(store: Store, files: Files) -> None:
    snapshots = b"?" + files["snapshots.bin"]
    leaves_out(store, files | {"snapshots.bin": snapshots}, "has 1 damaged bytes")


def test_an_incomplete_record_of_a_finished_run_is_damage(store: Store, files: Files) -> None:
    snapshots = files["snapshots.bin"][:-1]
    leaves_out(store, files | {"snapshots.bin": snapshots}, "damaged bytes")


def test_more_snapshots_than_a_run_has_are_left_out(
    store: Store, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "MOST_SNAPSHOTS", 3)
    leaves_out(store, files, "holds more than 3 snapshots")


def test_a_refusal_has_its_reason_if_room_is_made_at_the_same_time(
    tmp_path: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "runs")
    answers = [Usage(2, 1, 10**12), Usage(0, 1, 10**12)]
    monkeypatch.setattr(store, "usage", lambda: answers.pop(0))
    refuses(store, packed(files), "full")


def test_an_import_into_a_full_runs_directory_is_refused(tmp_path: Path, files: Files) -> None:
    refuses(Store(tmp_path / "runs", quota_bytes=0), packed(files), "full")


def test_a_failing_disk_is_reported_and_leaves_no_files(
    store: Store, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.root.mkdir()

    def fail(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(archive, "write_whole", fail)
    refuses(store, packed(files), "could not be stored: No space left on device")


def test_leftovers_are_removed_before_the_room_is_measured(tmp_path: Path, files: Files) -> None:
    store = Store(tmp_path / "runs", quota_bytes=10**6)
    left_over = store.root / ".incoming-0123"
    left_over.mkdir(parents=True)
    (left_over / "half").write_bytes(bytes(10**6))
    assert store.usage().full
    assert import_zip(store, packed(files)).record.id == RUN_ID
    assert [path.name for path in store.root.iterdir()] == [RUN_ID]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("name", [RUN_ID, ".incoming-0123"])
@pytest.mark.parametrize("target", ["nowhere", "elsewhere"])
def test_a_link_in_the_runs_directory_is_not_followed_or_removed(
    store: Store, files: Files, tmp_path: Path, name: str, target: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").touch()
    store.root.mkdir()
    (store.root / name).symlink_to(tmp_path / target)
    arrived = import_zip(store, packed(files)).record
    assert (arrived.id == RUN_ID) == (name != RUN_ID)
    assert (store.root / name).is_symlink()
    assert (tmp_path / "elsewhere" / "precious").exists()


HOSTILE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@HOSTILE
@given(data=st.data())
def test_a_damaged_zip_is_refused_or_gives_the_same_run(
    files: Files, tmp_path: Path, data: st.DataObject
) -> None:
    store = Store(tmp_path / "runs")
    whole = packed(files)
    bent = bytearray(whole[: data.draw(st.integers(0, len(whole)), "length")])
    # Many changes are made in the directory at the end, where they have most effects.
    places = st.integers(0, len(whole)) | st.integers(len(whole) - 700, len(whole))
    for place in data.draw(st.lists(places, max_size=4), "flips"):
        if place < len(bent):
            bent[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        arrived = import_zip(store, bytes(bent)).record
    except RunsError:
        assert untouched(store)
        return
    for path in arrived.folder.iterdir():
        assert path.read_bytes() == files[path.name]
    store.delete(arrived.id)
    store.empty_bin()
    (store.root / ".bin").rmdir()


@HOSTILE
@given(
    name=st.sampled_from(FILES),
    place=st.integers(0, 10**5),
    bit=st.integers(0, 7),
    cut=st.booleans(),
)
def test_the_valid_parts_of_a_damaged_run_are_exported_and_imported(
    files: Files, tmp_path: Path, name: str, place: int, bit: int, cut: bool
) -> None:
    store = Store(tmp_path / "runs")
    folder = tmp_path / "elsewhere" / RUN_ID
    folder.mkdir(parents=True, exist_ok=True)
    content = bytearray(files[name])
    place %= len(content)
    content = content[:place] if cut else content
    if not cut:
        content[place] ^= 1 << bit
    for known, original in files.items():
        (folder / known).write_bytes(bytes(content) if known == name else original)
    before = Record(folder)
    exported = export_zip(before)
    assert exported.left_out == before.damage()
    arrived, left_out = import_zip(store, exported.content)
    # An import of the damaged folder itself gives the same result.
    other = Store(tmp_path / "other")
    again, named = import_zip(other, packed({**files, name: bytes(content)}))
    assert named == before.damage()
    for known in FILES:
        paths = arrived.folder / known, again.folder / known
        assert known == "card.json" or len({p.exists() and p.read_bytes() for p in paths}) == 1
    # The imported run is valid: a second export leaves nothing out.
    assert export_zip(arrived).content == export_zip(store.record(arrived.id)).content
    assert not [
        problem for problem in left_out if "missing" not in problem and "without" not in problem
    ]
    assert isinstance(arrived.settings, Settings | None)
    for place, record in ((store, arrived), (other, again)):
        place.delete(record.id)
        place.empty_bin()
        (place.root / ".bin").rmdir()
