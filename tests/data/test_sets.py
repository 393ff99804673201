"""The data sets that torchvision downloads, with small files and a test server."""

import errno
import functools
import gc
import gzip
import hashlib
import io
import os
import pickle
import socket
import subprocess
import sys
import tarfile
import threading
import urllib.request
import warnings
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
import pytest
import torch
from small_files import cifar_batch, grey, idx_bytes, idx_files, publish, write_grey

from dgviz.data import DATASETS, DataError
from dgviz.data import download as download_module
from dgviz.data.sets import load, reader_of

GREY = {"fashion_mnist": "FashionMNIST", "kmnist": "KMNIST"}
CIFAR = {"cifar10": "cifar-10-batches-py", "cifar100": "cifar-100-python"}
HINT = "choose MNIST, which is inside dgviz"


def cifar_files(name: str) -> dict[str, bytes]:
    """The files of a small CIFAR: 5 training images in two batches (CIFAR-10), 2 test images."""
    images = np.random.default_rng(0).integers(0, 256, (7, 3072), dtype=np.uint8)
    if name == "cifar10":
        return {
            "data_batch_1": cifar_batch(images[:3], [9, 0, 3], "labels"),
            "data_batch_2": cifar_batch(images[3:5], [1, 2], "labels"),
            "test_batch": cifar_batch(images[5:], [4, 5], "labels"),
            "batches.meta": pickle.dumps({"label_names": list(DATASETS[name].classes)}),
        }
    return {
        "train": cifar_batch(images[:5], [99, 0, 3, 1, 2], "fine_labels"),
        "test": cifar_batch(images[5:], [4, 5], "fine_labels"),
        "meta": pickle.dumps({"fine_label_names": list(DATASETS[name].classes)}),
    }


def write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


# The catalogue


def test_the_catalogue_imports_no_torch() -> None:
    code = "import sys, dgviz.data, dgviz.data.catalogue\nprint('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_the_catalogue_agrees_with_torchvision() -> None:
    assert set(DATASETS) == {"mnist", *GREY, *CIFAR}
    for name in GREY:
        assert list(DATASETS[name].classes) == reader_of(name).classes
    assert len(DATASETS["cifar10"].classes) == 10
    assert len(DATASETS["cifar100"].classes) == len(set(DATASETS["cifar100"].classes)) == 100
    # CIFAR numbers its classes in alphabetical order.
    for name in CIFAR:
        assert list(DATASETS[name].classes) == sorted(DATASETS[name].classes)


def test_the_input_size_is_that_of_the_data_set() -> None:
    sizes = {name: entry.input_size for name, entry in DATASETS.items()}
    assert sizes == {
        "mnist": 784,
        "fashion_mnist": 784,
        "kmnist": 784,
        "cifar10": 3072,
        "cifar100": 3072,
    }


def test_every_set_names_its_source_and_its_licence() -> None:
    assert {name: entry.licence for name, entry in DATASETS.items()} == {
        "mnist": "CC BY-SA 3.0",
        "fashion_mnist": "MIT",
        "kmnist": "CC BY-SA 4.0",
        "cifar10": "none stated by the authors",
        "cifar100": "none stated by the authors",
    }
    assert all("http" in entry.source for entry in DATASETS.values())


def test_an_unknown_name_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match=r"'imagenet'; choose one of mnist, fashion_mnist"):
        load("imagenet")


# The file formats


@pytest.mark.parametrize("name", GREY)
def test_idx_files_are_read_as_flat_tensors(name: str, tmp_path: Path) -> None:
    train, test = grey(6, seed=1), grey(3, seed=2)
    write_grey(tmp_path / GREY[name], train, test)
    got = load(name, cache=tmp_path)
    assert got.train_images.dtype == torch.uint8
    assert got.train_labels.dtype == got.test_labels.dtype == torch.int64
    assert got.train_images.tolist() == train[0].reshape(6, 784).tolist()
    assert got.test_images.tolist() == test[0].reshape(3, 784).tolist()
    assert got.train_labels.tolist() == train[1].tolist()
    assert got.test_labels.tolist() == test[1].tolist()
    entry = DATASETS[name]
    assert (got.name, got.title, got.classes) == (name, entry.title, entry.classes)
    assert (got.source, got.licence, got.input_size) == (entry.source, entry.licence, 784)


@pytest.mark.parametrize("name", CIFAR)
def test_cifar_batches_are_read_channel_first(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = cifar_files(name)
    publish(monkeypatch, reader_of(name), files)
    write(tmp_path / CIFAR[name], files)
    got = load(name, cache=tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (7, 3072), dtype=np.uint8)
    assert got.train_images.tolist() == images[:5].tolist()
    assert got.test_images.tolist() == images[5:].tolist()
    assert got.train_images.dtype == torch.uint8
    assert got.train_images.is_contiguous()
    assert got.train_labels.dtype == torch.int64
    assert got.train_labels.tolist() == [len(DATASETS[name].classes) - 1, 0, 3, 1, 2]
    assert got.test_labels.tolist() == [4, 5]
    assert (got.image_shape, got.input_size) == ((3, 32, 32), 3072)


@pytest.mark.parametrize(
    "where", ["argument", "environment", "user's cache folder"], ids=lambda s: s.split()[0]
)
def test_the_cache_folder(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DGVIZ_CACHE", str(tmp_path / "environment"))
    monkeypatch.setattr(
        "platformdirs.user_cache_dir", lambda app: str(tmp_path / f"user's cache folder of {app}")
    )
    chosen = {"user's cache folder": "user's cache folder of dgviz"}.get(where, where)
    write_grey(tmp_path / chosen / "KMNIST", grey(2, seed=1), grey(1, seed=2))
    if where == "user's cache folder":
        monkeypatch.delenv("DGVIZ_CACHE")
    cache = tmp_path / "argument" if where == "argument" else None
    assert load("kmnist", cache).train_images.shape == (2, 784)


# Damaged copies


def spoil(folder: Path, how: str) -> None:
    images, labels = folder / "raw/train-images-idx3-ubyte", folder / "raw/train-labels-idx1-ubyte"
    match how:
        case "a file is missing":
            images.unlink()
        case "cut short":
            images.write_bytes(images.read_bytes()[:-1])
        case "cut within the header":
            images.write_bytes(images.read_bytes()[:6])
        case "empty":
            images.write_bytes(b"")
        case "no IDX file":
            images.write_bytes(b"<html>503 Service Unavailable</html>")
        case "fewer labels than images":
            labels.write_bytes(idx_files(grey(5, 1), grey(1, 1))[labels.name])
        case "a label out of range":
            labels.write_bytes(labels.read_bytes()[:-1] + b"\x0a")
        case "images of another size":
            images.write_bytes(idx_bytes(np.zeros((6, 14, 56), dtype=np.uint8)))
        case "foreign processed files":
            (folder / "processed").mkdir()
            for name in ("training.pt", "test.pt"):
                (folder / "processed" / name).write_bytes(b"no tensors")


@pytest.mark.parametrize(
    "how",
    [
        "a file is missing",
        "cut short",
        "cut within the header",
        "empty",
        "no IDX file",
        "fewer labels than images",
        "a label out of range",
        "images of another size",
        "foreign processed files",
    ],
)
def test_a_damaged_copy_is_refused_and_its_folder_named(how: str, tmp_path: Path) -> None:
    folder = tmp_path / "FashionMNIST"
    write_grey(folder, grey(6, seed=1), grey(3, seed=2))
    load("fashion_mnist", cache=tmp_path)
    spoil(folder, how)
    with pytest.raises(DataError) as refusal:
        load("fashion_mnist", cache=tmp_path)
    assert str(refusal.value) == (
        f"The copy of Fashion-MNIST in {folder} is damaged or incomplete: "
        "delete that folder and try again to download it."
    )


class Trap:
    """An object that creates a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("file", ["data_batch_1", "data_batch_2", "test_batch", "batches.meta"])
def test_a_foreign_pickle_is_refused_before_it_is_unpickled(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sprung = tmp_path / "sprung"
    trap = pickle.dumps(Trap(sprung))
    pickle.loads(trap)
    sprung.rmdir()
    files = cifar_files("cifar10")
    publish(monkeypatch, reader_of("cifar10"), files)
    write(tmp_path / CIFAR["cifar10"], {**files, file: trap})
    with pytest.raises(DataError, match=r"CIFAR-10 in .* is damaged or incomplete"):
        load("cifar10", cache=tmp_path)
    assert not sprung.exists()


def test_an_unreadable_copy_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_grey(tmp_path / "KMNIST", grey(2, seed=1), grey(1, seed=2))

    def refuse(*args: Any) -> Any:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("torchvision.datasets.mnist.read_image_file", refuse)
    with pytest.raises(DataError, match=r"Kuzushiji-MNIST in .* cannot be read \(Permission"):
        load("kmnist", cache=tmp_path)


# The download


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder served at http://127.0.0.1, where Fashion-MNIST and CIFAR-10 are published."""
    folder = tmp_path / "site"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setenv("no_proxy", "*")

    archives = {
        f"{name}.gz": gzip.compress(content)
        for name, content in idx_files(grey(6, seed=1), grey(3, seed=2)).items()
    }
    fashion = reader_of("fashion_mnist")
    monkeypatch.setattr(fashion, "mirrors", [url])
    monkeypatch.setattr(
        fashion, "resources", [(n, hashlib.md5(c).hexdigest()) for n, c in archives.items()]
    )

    files, cifar = cifar_files("cifar10"), reader_of("cifar10")
    publish(monkeypatch, cifar, files)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{CIFAR['cifar10']}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    archives[cifar.filename] = packed.getvalue()
    monkeypatch.setattr(cifar, "url", url + cifar.filename)
    monkeypatch.setattr(cifar, "tgz_md5", hashlib.md5(packed.getvalue()).hexdigest())

    for name, content in archives.items():
        (folder / name).write_bytes(content)
    yield folder
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("name", ["fashion_mnist", "cifar10"])
def test_a_download_is_stored_without_its_archives(
    name: str, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "new" / "cache"
    first = load(name, cache)
    assert len(first.train_labels) == {"fashion_mnist": 6, "cifar10": 5}[name]
    assert [path.name for path in cache.iterdir()] == [{**GREY, **CIFAR}[name]]
    for path in site.iterdir():
        path.unlink()
    second = load(name, cache)
    assert torch.equal(first.train_images, second.train_images)
    assert capsys.readouterr().out == ""


def test_torchvision_does_not_print_to_stdout(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    original = reader_of("cifar10").download

    def chatty(self: Any) -> None:
        print("Downloading ...")
        original(self)

    monkeypatch.setattr(reader_of("cifar10"), "download", chatty)
    load("cifar10", tmp_path / "cache")
    out, err = capsys.readouterr()
    assert out == ""
    assert "Downloading ..." in err


@pytest.mark.parametrize("name", ["fashion_mnist", "cifar10"])
@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("absent", r"\(HTTP Error 404: File not found\)"),
        ("cut short", r"\(what arrived is not the published file: its checksum differs\)"),
    ],
)
def test_a_bad_answer_is_reported_and_no_file_is_left(
    name: str, what: str, reason: str, site: Path, tmp_path: Path
) -> None:
    for path in site.iterdir():
        if what == "absent":
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[:-1])
    cache = tmp_path / "cache"
    title = DATASETS[name].title
    with pytest.raises(DataError, match=f"^{title} could not be downloaded {reason}: .*{HINT}"):
        load(name, cache)
    assert list(cache.iterdir()) == []
    # torchvision leaves the refused answer's socket open: the garbage collector would warn of it
    # during another test.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.parametrize("name", [*GREY, *CIFAR])
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (URLError(OSError(-3, "Temporary failure in name resolution")), "Temporary failure in"),
        (URLError(ConnectionRefusedError(111, "Connection refused")), "Connection refused"),
        (TimeoutError("timed out"), "timed out"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "Connection reset"),
    ],
    ids=["no name", "refused", "silent", "reset"],
)
def test_a_missing_network_is_reported_in_one_sentence(
    name: str, error: Exception, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def urlopen(*args: Any, **kwargs: Any) -> Any:
        raise error

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    cache = tmp_path / "cache"
    with pytest.raises(DataError) as refusal:
        load(name, cache)
    message = str(refusal.value)
    assert message.startswith(f"{DATASETS[name].title} could not be downloaded ({reason}")
    assert message.endswith(f"{HINT} and needs none.")
    assert not any(debris in message for debris in ("<", "[", "Errno", "\n"))
    assert list(cache.iterdir()) == []


def test_the_wait_for_a_silent_server_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a server that accepts and never answers would block the run for ever."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("no_proxy", "*")
        monkeypatch.setattr(download_module, "SILENCE_LIMIT", 0.2)
        monkeypatch.setattr(
            reader_of("kmnist"), "mirrors", [f"http://127.0.0.1:{silent.getsockname()[1]}/"]
        )
        with pytest.raises(DataError, match=r"could not be downloaded \(timed out\)"):
            load("kmnist", tmp_path)
        assert socket.getdefaulttimeout() is None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_full_disk_is_reported(
    code: int, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def urlretrieve(*args: Any, **kwargs: Any) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("torchvision.datasets.utils._urlretrieve", urlretrieve)
    with pytest.raises(DataError) as refusal:
        load("cifar10", tmp_path)
    assert str(refusal.value) == (
        f"CIFAR-10 could not be stored in the cache folder {tmp_path} ({os.strerror(code)}): "
        "make room or make it writable, set DGVIZ_CACHE to another folder, "
        "or choose MNIST, which is inside dgviz."
    )


def test_a_read_only_cache_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def mkdtemp(*args: Any, **kwargs: Any) -> str:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("tempfile.mkdtemp", mkdtemp)
    with pytest.raises(DataError, match=r"^Kuzushiji-MNIST could not be stored .*Read-only"):
        load("kmnist", tmp_path)


def test_a_cache_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"stored in the cache folder .*file/cache \(Not a dir"):
        load("kmnist", tmp_path / "file" / "cache")


def test_two_downloads_at_once_both_succeed(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process finishes first: its copy stays, and ours is deleted."""
    original = reader_of("cifar10").download
    folder = tmp_path / "cache" / CIFAR["cifar10"]

    def slower(self: Any) -> None:
        original(self)
        if not folder.exists():
            write(folder, {**cifar_files("cifar10"), "theirs": b""})

    monkeypatch.setattr(reader_of("cifar10"), "download", slower)
    assert len(load("cifar10", folder.parent).train_labels) == 5
    assert (folder / "theirs").exists()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
