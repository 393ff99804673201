"""The teacher of distillation."""

from __future__ import annotations

import queue
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from filelock import FileLock

import dgviz
from dgviz.data.split import Splits
from dgviz.settings import Settings
from dgviz.training import teacher
from dgviz.training.checkpoint import CheckpointError, pack_checkpoint, unpack_checkpoint
from dgviz.training.loop import train
from dgviz.training.snapshot import Snapshot
from dgviz.training.teacher import teacher_answers, teacher_settings

STUDENT = Settings.from_dict(
    {"hidden": 4, "batch_size": 7, "epochs": 2, "validation": 0, "device": "cpu"}
    | {"learning_rate": 0.02, "distillation": 0.9}
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DGVIZ_CACHE", str(tmp_path))
    return tmp_path / "teachers"


def end_of(snapshot: Snapshot) -> bytes:
    return pack_checkpoint(snapshot.checkpoint())


def test_the_teacher_has_the_student_s_images_and_seed_and_nothing_else_of_it() -> None:
    other = STUDENT.with_changes(method="small", hidden=9, epochs=7, label_smoothing=0.1)
    assert teacher_settings(STUDENT) == teacher_settings(other)
    assert teacher_settings(other.with_changes(seed=3)).seed == 3
    assert teacher_settings(STUDENT).distillation == 0


def test_the_teacher_is_trained_once_and_its_answers_are_probabilities(
    tiny: Splits, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[int, int]] = []
    first = teacher_answers(STUDENT, tiny, lambda *epochs: shown.append(epochs))
    assert shown == [(epoch, 40) for epoch in range(41)]
    assert first is not None
    assert first.shape == (60, 3) and torch.allclose(first.sum(1), torch.ones(60))
    assert float((first.argmax(1) == tiny.train_labels).float().mean()) > 0.9
    [file] = cache.glob("*.safetensors")
    with monkeypatch.context() as patched:
        patched.setattr(teacher, "train", lambda *_: pytest.fail("It was trained again."))
        assert torch.equal(teacher_answers(STUDENT, tiny), first)
    # Trained again, it gives the same answers; a damaged file is replaced.
    file.write_bytes(b"damaged")
    assert torch.equal(teacher_answers(STUDENT, tiny), first)
    # For other images, there is another teacher.
    fewer = replace(tiny, train_images=tiny.train_images[:50], train_labels=tiny.train_labels[:50])
    assert len(teacher_answers(STUDENT, fewer)) == 50
    assert len(list(cache.glob("*.safetensors"))) == 2


def test_a_teacher_that_learns_other_numbers_needs_another_version(
    tiny: Splits, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [[0.48314, 0.24787, 0.26899], [0.25818, 0.48503, 0.25680], [0.24024, 0.31674, 0.44302]]
    answers = teacher_answers(STUDENT, tiny)
    assert answers is not None
    # Processors round differently, so it is no digest.
    assert torch.allclose(answers[:3], torch.tensor(known), rtol=0, atol=1e-4), (
        "A teacher learns other numbers now. Raise _VERSION in dgviz/training/teacher.py, so that "
        f"no run takes answers that were kept before, and write these: {answers[:3]}"
    )
    monkeypatch.setattr(teacher, "_VERSION", 0)
    teacher_answers(STUDENT, tiny)
    assert len(list(cache.glob("*.safetensors"))) == 2


@pytest.fixture
def in_training(tiny: Splits, cache: Path) -> Iterator[FileLock]:
    """The lock of a teacher that another process is training; its answers are set aside."""
    teacher_answers(STUDENT, tiny)
    [file] = cache.glob("*.safetensors")
    file.rename(file.with_suffix(".aside"))
    with FileLock(file.with_suffix(".lock")) as lock:
        yield lock


def test_the_answers_of_another_process_are_waited_for(
    tiny: Splits, cache: Path, in_training: FileLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teacher, "train", lambda *_: pytest.fail("It was trained again."))
    [aside] = cache.glob("*.aside")
    shown: queue.Queue[tuple[int | None, int]] = queue.Queue()
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(teacher_answers, STUDENT, tiny, lambda *of: shown.put(of))
        assert shown.get(timeout=30) == (None, 40) and not waiting.done()
        aside.rename(aside.with_suffix(".safetensors"))
        in_training.release()
        assert len(waiting.result(timeout=30)) == 60


def test_nobody_waits_for_ever(
    tiny: Splits, in_training: FileLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teacher, "_LONGEST_WAIT", 0)
    shown: list[int | None] = []
    teacher_answers(STUDENT, tiny, lambda epoch, epochs: shown.append(epoch))
    assert shown == [None, *range(41)]


def test_the_lock_file_of_a_process_that_has_ended_is_no_lock(
    tiny: Splits, in_training: FileLock
) -> None:
    in_training.release()
    assert Path(in_training.lock_file).exists()
    shown: list[int | None] = []
    teacher_answers(STUDENT, tiny, lambda epoch, epochs: shown.append(epoch))
    assert shown == [*range(41)]


def test_without_a_cache_the_teacher_is_trained_every_time(tiny: Splits, cache: Path) -> None:
    cache.touch()
    assert torch.equal(teacher_answers(STUDENT, tiny), teacher_answers(STUDENT, tiny))


@pytest.mark.parametrize("method", ["dynamicgate", "small", "skipnet"])
def test_the_answers_change_what_a_network_learns(method: str, tiny: Splits) -> None:
    settings = STUDENT.with_changes(method=method)
    *_, distilled = train(settings, tiny, answers=teacher_answers(settings, tiny))
    *_, alone = train(settings.with_changes(distillation=0), tiny)
    ours, theirs = ([*end.method.model.parameters()] for end in (distilled, alone))
    assert any(not torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_a_run_without_a_teacher_has_no_answers_and_one_with_a_teacher_needs_them(
    tiny: Splits,
) -> None:
    assert teacher_answers(STUDENT.with_changes(distillation=0), tiny) is None
    with pytest.raises(ValueError, match="needs the teacher's answers"):
        train(STUDENT, tiny)


def test_the_public_train_trains_the_teacher_first(tiny: Splits, cache: Path) -> None:
    settings = Settings.from_preset("compact-20k", hidden=4, epochs=1, threads=1, device="cpu")
    shown: list[int | None] = []
    *_, end = dgviz.train(settings, tiny, show_teacher=lambda epoch, _: shown.append(epoch))
    assert shown == [*range(41)]
    *_, same = train(settings, tiny, answers=teacher_answers(settings, tiny))
    assert end_of(end) == end_of(same)
    # A checkpoint has the answers.
    shutil.rmtree(cache)
    *_, resumed = dgviz.train(settings, tiny, checkpoint=unpack_checkpoint(end_of(end)))
    assert end_of(resumed) == end_of(end)
    assert not cache.exists()


def test_a_run_with_a_teacher_is_resumed_bit_for_bit_without_it(tiny: Splits) -> None:
    answers = teacher_answers(STUDENT, tiny)
    ends = [end_of(snapshot) for snapshot in train(STUDENT, tiny, answers=answers)]
    for stop in (1, 9, 11):
        *_, end = train(STUDENT, tiny, checkpoint=unpack_checkpoint(ends[stop]))
        assert end_of(end) == ends[-1]


def test_answers_for_other_images_are_refused(tiny: Splits) -> None:
    *_, end = train(STUDENT, tiny, answers=teacher_answers(STUDENT, tiny))
    checkpoint = end.checkpoint()
    assert checkpoint.answers is not None
    fewer = replace(checkpoint, answers=checkpoint.answers[:9])
    with pytest.raises(CheckpointError, match="answers for other images"):
        train(STUDENT, tiny, checkpoint=fewer)
    strange = replace(checkpoint, answers=checkpoint.answers.double())
    with pytest.raises(CheckpointError, match="damaged"):
        unpack_checkpoint(pack_checkpoint(strange))


def test_the_temperature_makes_answers_less_certain(
    tiny: Splits, monkeypatch: pytest.MonkeyPatch
) -> None:
    soft = teacher_answers(STUDENT, tiny)
    monkeypatch.setattr(teacher, "TEMPERATURE", 1.0)
    assert soft.amax(1).mean() < teacher_answers(STUDENT, tiny).amax(1).mean()
