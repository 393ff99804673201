"""A run as a zip and back, and what is done about zips that mean no good."""

from __future__ import annotations

import io
import json
import os
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from synthetic_run import RUN_ID, SETTINGS, blob, checkpoint, facts, write_run

from dgviz.runs import archive, unpacking
from dgviz.runs.archive import export_zip, import_zip
from dgviz.runs.contents import RunsError
from dgviz.runs.files import lock_on
from dgviz.runs.frames import FrameWriter
from dgviz.runs.record import FILES, Record
from dgviz.runs.store import Store
from dgviz.settings import Settings

Files = dict[str, bytes]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The content of a good run."""
    label = {"name": "mine", "tags": ["a"]}
    folder = write_run(tmp_path_factory.mktemp("good"), label=label)
    return {name: (folder / name).read_bytes() for name in FILES}


def packed(files: Files, folder: str = RUN_ID) -> bytes:
    """A zip as `export_zip` makes it, of whatever files."""
    return zipped({f"{folder}/{name}": content for name, content in files.items()})


def zipped(entries: Files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return target.getvalue()


def untouched(store: Store) -> bool:
    """Whether nothing lies in the runs directory, nor beside it."""
    inside = list(store.root.iterdir()) if store.root.exists() else []
    return not inside and {path.name for path in store.root.parent.iterdir()} <= {"runs"}


def refuses(store: Store, data: bytes, words: str) -> None:
    """The zip is refused with a sentence that has `words` in it, and nothing is left behind."""
    with pytest.raises(RunsError, match=words) as refusal:
        import_zip(store, data)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)
    assert untouched(store)


def test_a_run_survives_the_journey_byte_for_byte(store: Store, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "elsewhere", label={"name": "mine", "tags": ["a"]})
    arrived = import_zip(store, export_zip(Record(folder)))
    assert arrived.id == RUN_ID
    assert (arrived.name, arrived.tags, arrived.phase) == ("mine", ("a",), "finished")
    assert arrived.damage() == ()
    assert {path.name for path in arrived.folder.iterdir()} == set(FILES)
    for name in FILES:
        assert (arrived.folder / name).read_bytes() == (folder / name).read_bytes()
    assert [path.name for path in store.root.iterdir()] == [RUN_ID]


def test_an_export_holds_the_runs_files_and_no_lock(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    (folder / "lock").touch()
    (folder / "notes.txt").write_text("not a run's")
    with zipfile.ZipFile(io.BytesIO(export_zip(Record(folder)))) as made:
        kinds = {entry.filename: entry.compress_type for entry in made.infolist()}
    assert set(kinds) == {f"{RUN_ID}/{name}" for name in FILES if name != "label.json"}
    assert kinds[f"{RUN_ID}/metrics.jsonl"] == zipfile.ZIP_DEFLATED
    assert kinds[f"{RUN_ID}/snapshots.bin"] == zipfile.ZIP_STORED


def test_a_run_whose_id_is_taken_gets_a_new_one(store: Store, files: Files) -> None:
    first = import_zip(store, packed(files))
    second = import_zip(store, io.BytesIO(packed(files)))
    assert first.id == RUN_ID != second.id
    assert second.card == {**first.card, "id": second.id}
    assert {record.id for record in store.records()} == {first.id, second.id}
    assert len(list(store.root.iterdir())) == 2


def test_a_run_needs_no_more_than_its_settings_and_its_card(store: Store, files: Files) -> None:
    least = {name: files[name] for name in ("settings.json", "card.json")}
    assert import_zip(store, packed(least)).settings == SETTINGS


def test_a_dense_run_and_one_in_colour_arrive_too(store: Store, tmp_path: Path) -> None:
    for run_id, changes in {
        "0" * 12: {"method": "dense"},
        "1" * 12: {"dataset": "cifar10"},
    }.items():
        folder = write_run(tmp_path / "elsewhere", run_id, SETTINGS.with_changes(**changes))
        assert import_zip(store, export_zip(Record(folder))).damage() == ()


def test_a_killed_run_arrives_without_its_torn_tail(store: Store, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "elsewhere", card={"phase": "running"})
    snapshots = (folder / "snapshots.bin").read_bytes()
    moments = Record(folder).frames().moments("gates")
    for name in ("snapshots.bin", "metrics.jsonl"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:-20])
    arrived = import_zip(store, export_zip(Record(folder)))
    assert arrived.phase == "interrupted"
    assert arrived.resumable
    assert arrived.damage() == ()
    assert arrived.frames().moments("gates") == moments
    assert snapshots.startswith((arrived.folder / "snapshots.bin").read_bytes())


def test_a_run_can_be_exported_while_it_trains(store: Store, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "elsewhere", card={"phase": "running"})
    with lock_on(folder / "lock"):
        data = export_zip(Record(folder))
    assert import_zip(store, data).phase == "interrupted"


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_is_refused(store: Store, data: bytes) -> None:
    refuses(store, data, "zip")


@pytest.mark.parametrize(
    "name",
    [
        "../settings.json",
        f"../{RUN_ID}/settings.json",
        f"{RUN_ID}/../settings.json",
        f"/{RUN_ID}/settings.json",
        f"{RUN_ID}\\settings.json",
        f"{RUN_ID}/./settings.json",
        f"{RUN_ID}//settings.json",
        f"{RUN_ID}/deeper/settings.json",
        f"{RUN_ID}/settings.json\x00.txt",
        f"{RUN_ID}/Settings.json",
        f"{RUN_ID}/lock",
        f"{RUN_ID}/evil.pkl",
        "ffffffffffff/label.json",
        "settings.json",
        "C:/settings.json",
    ],
)
def test_a_name_that_is_not_a_runs_is_refused(store: Store, files: Files, name: str) -> None:
    good = {f"{RUN_ID}/{known}": content for known, content in files.items()}
    del good[f"{RUN_ID}/label.json"]
    entry = zipfile.ZipInfo("placeholder")
    # Past the constructor, which would tidy the name.
    entry.filename = name
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for known, content in good.items():
            made.writestr(known, content)
        made.writestr(entry, b"{}")
    refuses(store, target.getvalue(), "no place for")


@pytest.mark.parametrize("folder", ["run", "0123456789AB", "0123456789abc", "..", ".", "0" * 11])
def test_a_folder_that_is_not_named_by_an_id_is_refused(
    store: Store, files: Files, folder: str
) -> None:
    refuses(store, packed(files, folder), "12 hexadecimal digits")


def test_a_link_is_refused(store: Store, files: Files) -> None:
    entry = zipfile.ZipInfo(f"{RUN_ID}/label.json")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    target = io.BytesIO(packed({name: files[name] for name in FILES if name != "label.json"}))
    with zipfile.ZipFile(target, "a") as made:
        made.writestr(entry, "/etc/passwd")
    refuses(store, target.getvalue(), "no link")


def test_a_file_that_is_there_twice_is_refused(store: Store, files: Files) -> None:
    target = io.BytesIO(packed(files))
    with warnings.catch_warnings(), zipfile.ZipFile(target, "a") as made:
        warnings.simplefilter("ignore")
        made.writestr(f"{RUN_ID}/card.json", b"{}")
    refuses(store, target.getvalue(), "no place for")


def test_too_many_entries_are_refused(store: Store) -> None:
    refuses(store, zipped({f"{i}": b"" for i in range(11)}), "1 to 10 files; this holds 11")


def test_an_encrypted_entry_is_refused(store: Store, files: Files) -> None:
    data = bytearray(packed(files))
    # The flags stand at offset 8 of an entry in the zip's directory, after its signature.
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    refuses(store, bytes(data), "encrypted")


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_no_run_has_is_refused(store: Store, files: Files, packing: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as made:
        for name, content in files.items():
            made.writestr(f"{RUN_ID}/{name}", content)
    refuses(store, target.getvalue(), "stored or deflated")


def test_a_zip_bomb_that_owns_up_is_refused(store: Store, files: Files) -> None:
    bomb = files | {"checkpoint.safetensors": bytes(unpacking.LARGEST_BYTES)}
    data = packed(bomb)
    assert len(data) < 10**6
    refuses(store, data, "at most 64 MB")


def test_a_zip_bomb_that_lies_about_its_size_is_refused(store: Store, files: Files) -> None:
    data = bytearray(packed(files | {"checkpoint.safetensors": bytes(unpacking.LARGEST_BYTES)}))
    # Uncompressed sizes: offset 24 in the zip's directory, offset 22 before the content.
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rindex(signature) + offset
        data[at : at + 4] = (100).to_bytes(4, "little")
    refuses(store, bytes(data), "damaged|at most")


def test_a_text_file_that_would_fill_the_memory_is_refused(store: Store, files: Files) -> None:
    lines = b"{}\n" * (3 * 2**20)
    refuses(store, packed(files | {"metrics.jsonl": lines}), "text files 8 MB")


def test_a_zip_that_is_too_large_is_not_even_read_to_its_end(store: Store) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0, "all of it was asked for"
            self.given += size
            return bytes(size)

    source = Endless()
    with pytest.raises(RunsError, match="at most 64 MB"):
        import_zip(store, source)  # type: ignore[arg-type]
    assert source.given <= unpacking.LARGEST_BYTES + 1


@pytest.mark.parametrize("name", ["settings.json", "card.json"])
def test_a_run_without_settings_or_card_is_refused(store: Store, files: Files, name: str) -> None:
    rest = {known: content for known, content in files.items() if known != name}
    refuses(store, packed(rest), f"lacks {name}")


def changed(name: str, **changes: Any) -> Callable[[Files], Files]:
    return lambda files: {**files, name: json.dumps(json.loads(files[name]) | changes).encode()}


def replaced(name: str, content: bytes) -> Callable[[Files], Files]:
    return lambda files: {**files, name: content}


BAD_CONTENT = {
    "settings are no JSON": (
        replaced("settings.json", b"{"),
        "settings.json must be a JSON object",
    ),
    "settings are a list": (
        replaced("settings.json", b"[]"),
        "settings.json must be a JSON object",
    ),
    "settings nested too deep": (replaced("settings.json", b"[" * 10**6), "must be a JSON object"),
    "an unknown knob": (changed("settings.json", evil=1), "'evil' is not a knob"),
    "a knob out of range": (changed("settings.json", hidden=10**9), "H .hidden. must be"),
    "a knob of another kind": (changed("settings.json", dataset=["mnist"]), "dataset must be"),
    "a card that is not finite": (
        replaced("card.json", b'{"step": 1e999}'),
        "card.json must be a JSON object whose numbers are finite",
    ),
    "a card with NaN deep inside": (
        changed("card.json", figures={"test_accuracy": float("nan")}),
        "numbers are finite",
    ),
    "a card with an endless number": (
        replaced("card.json", b'{"a": 1' + b"0" * 400 + b"}"),
        "finite",
    ),
    "a card of nothing": (replaced("card.json", b"{}"), "not a run's card"),
    "a card with a foreign phase": (changed("card.json", phase="winning"), "not a run's card"),
    "a parent that is a path": (changed("card.json", parent="../../etc"), "parent"),
    "a parent that is a list": (changed("card.json", parent=[]), "parent"),
    "a name that rings a bell": (
        replaced("label.json", b'{"name": "\\u0007", "tags": []}'),
        "U.0007",
    ),
    "an empty tag": (replaced("label.json", b'{"name": "", "tags": [""]}'), "A tag has"),
    "a metrics line that is no JSON": (
        lambda files: {**files, "metrics.jsonl": b"what\n" + files["metrics.jsonl"]},
        "Line 1 of metrics.jsonl",
    ),
    "a metrics line with Infinity": (
        replaced("metrics.jsonl", b'{"kind": "metrics", "step": 0, "epoch": Infinity}\n'),
        "Line 1 of metrics.jsonl",
    ),
    "a figure that is a word": (
        replaced("metrics.jsonl", b'{"kind": "metrics", "step": 0, "test_accuracy": "98"}\n'),
        "log entry",
    ),
    "a knob that is a list": (
        replaced("metrics.jsonl", b'{"kind": "knob", "step": 0, "knob": []}\n'),
        "log entry",
    ),
    "a step between two": (
        replaced("metrics.jsonl", b'{"kind": "metrics", "step": 0.5}\n'),
        "entry",
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
    "facts whose figures are a list": (
        replaced("facts.safetensors", blob({"always_zero": np.zeros(784, np.uint8)}, [])),
        "facts.safetensors",
    ),
    "a checkpoint that is a pickle": (
        replaced("checkpoint.safetensors", b"\x80\x04cos\nsystem\n."),
        "safetensors",
    ),
    "a checkpoint of another width": (
        replaced("checkpoint.safetensors", checkpoint(SETTINGS.with_changes(hidden=9))),
        "fits no part",
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
    "a checkpoint of doubles": (
        replaced("checkpoint.safetensors", checkpoint(model_layers_0_bias=np.zeros(8))),
        "float64 of shape .8,., which fits no part",
    ),
    "a checkpoint with a foreign tensor": (
        replaced("checkpoint.safetensors", checkpoint(evil=np.zeros(8, dtype=np.float32))),
        "'evil'.* fits no part",
    ),
}


@pytest.mark.parametrize(("spoil", "words"), BAD_CONTENT.values(), ids=BAD_CONTENT)
def test_content_that_is_not_a_runs_is_refused(
    store: Store, files: Files, spoil: Callable[[Files], Files], words: str
) -> None:
    refuses(store, packed(spoil(files)), words)


def snapshots_of(tmp_path: Path, content: bytes, kind: str = "gates") -> bytes:
    writer = FrameWriter(tmp_path / "made.bin", upto=-1)
    writer.append(kind, 0, 0, content)
    writer.close()
    made = (tmp_path / "made.bin").read_bytes()
    (tmp_path / "made.bin").unlink()
    return made


def deep_figures() -> bytes:
    nested: Any = {}
    for _ in range(400):
        nested = {"a": nested}
    return blob(GATES, nested)


GATES = {"gates.0": np.zeros((8, 784), np.uint8), "gates.1": np.zeros((10, 8), np.uint8)}
BAD_PICTURES = {
    "no safetensors": (b"not a picture", "safetensors"),
    "a layer missing": (blob({"gates.0": GATES["gates.0"]}, {}), "exactly"),
    "a foreign layer": (blob({**GATES, "gates.2": GATES["gates.1"]}, {}), "exactly"),
    "another width": (blob({**GATES, "gates.1": np.zeros((10, 9), np.uint8)}, {}), "exactly"),
    "another type": (blob({**GATES, "gates.1": np.zeros((10, 8), np.int8)}, {}), "exactly"),
    "figures that are not finite": (blob(GATES, {"tau": float("inf")}), "figures"),
    "figures nested too deep": (deep_figures(), "safetensors"),
    "larger than a picture can be": (bytes(10**6), "safetensors"),
}


@pytest.mark.parametrize(("content", "words"), BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_a_moment_that_is_no_picture_of_the_network_is_refused(
    store: Store, files: Files, tmp_path: Path, content: bytes, words: str
) -> None:
    snapshots = snapshots_of(tmp_path, content)
    refuses(store, packed(files | {"snapshots.bin": snapshots}), words)


def test_a_flipped_bit_in_a_moment_is_found(store: Store, files: Files) -> None:
    content = bytearray(files["snapshots.bin"])
    content[len(content) // 3] ^= 1
    refuses(store, packed(files | {"snapshots.bin": bytes(content)}), "damaged")


def test_bytes_between_the_moments_are_refused(store: Store, files: Files) -> None:
    refuses(store, packed(files | {"snapshots.bin": b"?" + files["snapshots.bin"]}), "damaged")


def test_a_finished_run_has_no_torn_tail(store: Store, files: Files) -> None:
    refuses(store, packed(files | {"snapshots.bin": files["snapshots.bin"][:-1]}), "damaged")


def test_a_full_runs_directory_takes_in_nothing(tmp_path: Path, files: Files) -> None:
    refuses(Store(tmp_path / "runs", quota_bytes=0), packed(files), "full")


def test_a_failing_disk_is_told_of_and_leaves_nothing(
    store: Store, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.root.mkdir()

    def fail(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(archive, "write_whole", fail)
    refuses(store, packed(files), "could not be stored: No space left on device")


def test_what_a_killed_import_left_is_swept_away_and_a_running_one_is_not(
    store: Store, files: Files
) -> None:
    abandoned, running = (store.root / f".incoming-{name}" for name in ("abandoned", "running"))
    for folder in (abandoned, running):
        (folder / RUN_ID).mkdir(parents=True)
    os.utime(abandoned, (0, 0))
    import_zip(store, packed(files))
    assert {path.name for path in store.root.iterdir()} == {RUN_ID, running.name}


HOSTILE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@HOSTILE
@given(data=st.data())
def test_a_cut_or_bent_zip_is_refused_or_the_very_same_run(
    files: Files, tmp_path: Path, data: st.DataObject
) -> None:
    store = Store(tmp_path / "runs")
    whole = packed(files)
    bent = bytearray(whole[: data.draw(st.integers(0, len(whole)), "length")])
    # The directory at the end is where most of the harm can be done.
    places = st.integers(0, len(whole)) | st.integers(len(whole) - 700, len(whole))
    for place in data.draw(st.lists(places, max_size=4), "flips"):
        if place < len(bent):
            bent[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        arrived = import_zip(store, bytes(bent))
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
def test_a_spoilt_file_in_a_good_zip_is_refused_or_read_without_complaint(
    files: Files, tmp_path: Path, name: str, place: int, bit: int, cut: bool
) -> None:
    store = Store(tmp_path / "runs")
    content = bytearray(files[name])
    place %= len(content)
    content = content[:place] if cut else content
    if not cut:
        content[place] ^= 1 << bit
    try:
        arrived = import_zip(store, packed({**files, name: bytes(content)}))
    except RunsError:
        assert untouched(store)
        return
    assert arrived.damage() == ()
    assert isinstance(arrived.settings, Settings)
    store.delete(arrived.id)
    store.empty_bin()
    (store.root / ".bin").rmdir()
