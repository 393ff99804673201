"""The validation split: disjoint, complete, seeded."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dgviz.data.sets import Dataset
from dgviz.data.split import Splits, split


def small(n: int = 40) -> Dataset:
    """n training images that have their index in the first pixels and in the label."""
    index = torch.arange(n)
    images = torch.stack([index % 256, index // 256, torch.full((n,), 7)], 1).to(torch.uint8)
    return Dataset(
        name="small",
        title="Small",
        train_images=images,
        train_labels=index,
        test_images=torch.full((4, 3), 9, dtype=torch.uint8),
        test_labels=torch.arange(4),
        image_shape=(1, 1, 3),
        classes=tuple(str(k) for k in range(n)),
        source="this test",
        licence="none",
    )


def parts(splits: Splits) -> tuple[list[int], list[int]]:
    return splits.train_labels.tolist(), splits.validation_labels.tolist()


sizes = st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1)))
seeds = st.integers(0, 2**31 - 1)


@given(sizes, seeds)
def test_the_parts_are_disjoint_and_cover_every_example(sizes: tuple[int, int], seed: int) -> None:
    n, validation = sizes
    train, held_out = parts(split(small(n), validation, seed))
    assert len(held_out) == validation
    assert sorted(train + held_out) == list(range(n))


@given(sizes, seeds)
def test_images_have_their_own_labels(sizes: tuple[int, int], seed: int) -> None:
    n, validation = sizes
    splits = split(small(n), validation, seed)
    for images, labels in (
        (splits.train_images, splits.train_labels),
        (splits.validation_images, splits.validation_labels),
    ):
        assert images.dtype == torch.uint8
        assert labels.dtype == torch.int64
        assert images.shape == (len(labels), 3)
        assert torch.equal(images[:, 0].long() + 256 * images[:, 1].long(), labels)


@given(seeds)
def test_the_same_seed_gives_the_same_split(seed: int) -> None:
    torch.manual_seed(seed + 1)
    first = parts(split(small(), 10, seed))
    torch.manual_seed(seed + 2)
    assert parts(split(small(), 10, seed)) == first


def test_another_seed_gives_another_split() -> None:
    held_out = {tuple(parts(split(small(), 10, seed))[1]) for seed in range(20)}
    assert len(held_out) == 20


def test_the_validation_set_is_drawn_uniformly() -> None:
    """Over many seeds every example is held out about equally often (1 in 4 of 400; 5 sigma)."""
    counts = torch.zeros(40)
    for seed in range(400):
        counts[parts(split(small(), 10, seed))[1]] += 1
    assert counts.sum() == 4000
    assert (counts - 100).abs().max() < 5 * (400 * 0.25 * 0.75) ** 0.5


def test_the_draw_does_not_change_the_global_generator() -> None:
    before = torch.get_rng_state()
    split(small(), 10)
    assert torch.equal(torch.get_rng_state(), before)


def test_without_a_validation_set_all_images_are_for_training() -> None:
    splits = split(small(), validation=0)
    assert torch.equal(splits.train_images, small().train_images)
    assert torch.equal(splits.train_labels, small().train_labels)
    assert splits.validation_images.shape == (0, 3)
    assert splits.validation_labels.shape == (0,)
    assert splits.validation_images.dtype == torch.uint8
    assert splits.validation_labels.dtype == torch.int64


def test_the_test_set_does_not_change() -> None:
    dataset = small()
    splits = split(dataset, 10)
    assert splits.test_images is dataset.test_images
    assert splits.test_labels is dataset.test_labels


def test_the_default_is_5000_images_with_seed_0() -> None:
    dataset = small(6000)
    assert parts(split(dataset)) == parts(split(dataset, validation=5000, seed=0))
    assert len(split(dataset).train_labels) == 1000


@pytest.mark.parametrize("validation", [-1, 40, 41])
def test_a_size_out_of_range_is_reported(validation: int) -> None:
    with pytest.raises(ValueError, match=rf"set of {validation} cannot .* 40 .*choose 0 to 39\.$"):
        split(small(), validation)
