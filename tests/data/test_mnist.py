"""The MNIST inside the package: the published files, and the refusal of others."""

import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from dgviz.data import DataError
from dgviz.data.embedded import CHECKSUMS, FOLDER, read_mnist
from dgviz.data.sets import Dataset, load
from dgviz.data.torchvision_import import import_datasets
from dgviz.runs.recording import session

# As published for the raw files of the MNIST database.
OFFICIAL = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    return load("mnist", cache="/dev/null/no cache needed")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the four files, which a test can damage."""
    folder = tmp_path / "mnist"
    folder.mkdir()
    for name in CHECKSUMS:
        (folder / f"{name}.gz").symlink_to(FOLDER / f"{name}.gz")
    return folder


def replace(copy: Path, name: str, content: bytes) -> Path:
    path = copy / f"{name}.gz"
    path.unlink()
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_files_are_the_official_ones_and_the_loader_expects_them(name: str) -> None:
    content = gzip.decompress((FOLDER / f"{name}.gz").read_bytes())
    assert hashlib.md5(content).hexdigest() == OFFICIAL[name] == CHECKSUMS[name]


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_compressed_files_have_neither_name_nor_time(name: str) -> None:
    header = (FOLDER / f"{name}.gz").read_bytes()[:10]
    assert header[:4] == b"\x1f\x8b\x08\x00"
    assert header[4:8] == b"\0\0\0\0"


def test_the_readme_names_authors_licence_and_every_checksum() -> None:
    text = (FOLDER / "README.md").read_text()
    for word in ("LeCun", "Cortes", "Burges", "CC BY-SA 3.0", "gzip -9 -n", *OFFICIAL.values()):
        assert word in text


def test_shapes_types_and_facts(mnist: Dataset) -> None:
    assert mnist.train_images.shape == (60_000, 784)
    assert mnist.test_images.shape == (10_000, 784)
    assert mnist.train_images.dtype == mnist.test_images.dtype == torch.uint8
    assert mnist.train_labels.shape == (60_000,)
    assert mnist.test_labels.shape == (10_000,)
    assert mnist.train_labels.dtype == mnist.test_labels.dtype == torch.int64
    assert (mnist.name, mnist.title, mnist.input_size) == ("mnist", "MNIST", 784)
    assert mnist.image_shape == (1, 28, 28)
    assert mnist.classes == tuple("0123456789")
    assert mnist.licence == "CC BY-SA 3.0"
    assert all(name in mnist.source for name in ("LeCun", "Cortes", "Burges"))


def test_the_digits_are_in_their_official_order(mnist: Dataset) -> None:
    assert mnist.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert torch.bincount(mnist.train_labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip


def test_the_pixels_are_upright_and_in_range(mnist: Dataset) -> None:
    assert (int(mnist.train_images.min()), int(mnist.train_images.max())) == (0, 255)
    assert int(mnist.train_images.sum()) / (60_000 * 784 * 255) == pytest.approx(0.1307, abs=1e-4)
    # The first digit, a 5, begins at the top of row 5, column 12, with the grey value 3.
    first = mnist.train_images[0].reshape(28, 28)
    assert first[:5].sum() == 0
    assert first[5, 12] == 3
    assert first[5, :12].sum() == 0


def test_a_copy_in_another_folder_is_read_as_torchvision_reads_it(
    copy: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "MNIST/raw"
    raw.mkdir(parents=True)
    for name in CHECKSUMS:
        (raw / name).write_bytes(gzip.decompress((FOLDER / f"{name}.gz").read_bytes()))
    for (images, labels), train in zip(read_mnist(copy), (True, False), strict=True):
        theirs = import_datasets().MNIST(str(tmp_path), train=train)
        assert torch.equal(images, theirs.data) and torch.equal(labels, theirs.targets)
        assert labels.dtype == theirs.targets.dtype


def test_mnist_is_loaded_without_torchvision_and_trained_on_without_torchs_compiler() -> None:
    """Each takes more than a second to import."""
    code = (
        "import sys, dgviz.live.worker\n"
        "from dgviz.data.sets import load\n"
        "from dgviz.data.split import split\n"
        "from dgviz.settings import Settings\n"
        "from dgviz.training.loop import train\n"
        "snapshots = train(Settings(hidden=1), split(load('mnist'), 5000, 0))\n"
        "print([next(snapshots).step for _ in range(2)])\n"
        "print({'torchvision', 'torch._dynamo'} & {*sys.modules})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[0, 1]\nset()\n", done.stderr


def test_runs_of_one_process_share_the_images() -> None:
    assert session.load("mnist") is session.load("mnist")


@pytest.mark.parametrize("name", CHECKSUMS)
def test_one_flipped_bit_in_the_content_is_refused(copy: Path, name: str) -> None:
    content = bytearray(gzip.decompress((FOLDER / f"{name}.gz").read_bytes()))
    content[-5] ^= 1
    replace(copy, name, gzip.compress(content, 1))
    found = hashlib.md5(content).hexdigest()
    with pytest.raises(DataError) as refusal:
        read_mnist(copy)
    assert str(refusal.value) == (
        f"{copy / name}.gz is damaged: its MD5 is {found}, expected {OFFICIAL[name]}. "
        "Reinstall dgviz to get a sound copy."
    )


def damaged(content: bytes, how: str) -> bytes:
    if how == "a flipped bit":
        middle = len(content) // 2
        return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    return {"cut short": content[: len(content) // 2], "empty": b"", "not gzip": b"<html>"}[how]


@pytest.mark.parametrize("how", ["a flipped bit", "cut short", "empty", "not gzip"])
def test_a_damaged_archive_is_refused(copy: Path, how: str) -> None:
    name = "t10k-labels-idx1-ubyte"
    path = replace(copy, name, damaged((FOLDER / f"{name}.gz").read_bytes(), how))
    expected = f"{re.escape(str(path))} is damaged: .*{OFFICIAL[name]}.*Reinstall dgviz"
    with pytest.raises(DataError, match=expected):
        read_mnist(copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"train-labels.*No such file.*Reinstall dgviz"):
        read_mnist(copy)
