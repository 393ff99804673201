"""The interface of the loop: snapshots, knobs, log points, evaluations and errors.

`test_agreement.py` compares its numbers with the paper's formulas.
"""

from typing import Any

import pytest
import torch

from dgviz.data.split import Splits
from dgviz.knobs_in_effect import Clock
from dgviz.methods.method import StepResult
from dgviz.settings import Settings, SettingsError
from dgviz.training.device import prepare_process, resolve_device
from dgviz.training.knobs import Knobs
from dgviz.training.loop import TrainingDiverged, train
from dgviz.training.snapshot import KnobChange, Snapshot

EMPTY = torch.empty(0, dtype=torch.int64)


def settings(**changes: Any) -> Settings:
    """Settings with 20 steps in an epoch on the tiny set, and a log point at every second step."""
    base = {"hidden": 5, "epochs": 2, "batch_size": 3, "learning_rate": 0.02, "device": "cpu"}
    return Settings(**{**base, **changes})


def state(snapshot: Snapshot) -> dict[str, torch.Tensor]:
    return {k: v.clone() for k, v in snapshot.method.model.state_dict().items()}


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def watch_batches(snapshot: Snapshot) -> list[tuple[torch.Tensor, torch.Tensor, float]]:
    """A list that gets (images, labels, loss) at each further step."""
    seen: list[tuple[torch.Tensor, torch.Tensor, float]] = []
    original = snapshot.method.gradients

    def spy(images: torch.Tensor, labels: torch.Tensor, *rest: Any) -> StepResult:
        result = original(images, labels, *rest)
        seen.append((images.clone(), labels.clone(), float(result.loss)))
        return result

    snapshot.method.gradients = spy  # type: ignore[method-assign]
    return seen


@pytest.mark.parametrize("method", ["dynamicgate", "dense"])
def test_equal_runs_are_equal_bit_for_bit(method: str, tiny: Splits) -> None:
    def run(seed: int) -> tuple[dict[str, torch.Tensor], list[Any]]:
        chosen = settings(method=method, seed=seed, label_smoothing=0.1)
        knobs, metrics = Knobs(chosen), []
        for snapshot in train(chosen, tiny, knobs=knobs):
            metrics.append(snapshot.metrics)
            if snapshot.step == 7:
                knobs.beta, knobs.learning_rate = 1.0, 0.005
            torch.rand(3)
        return state(snapshot), metrics

    first, second, other = run(0), run(0), run(1)
    assert same(first[0], second[0]) and first[1] == second[1]
    assert not same(first[0], other[0])


def test_real_digits_repeat_bit_for_bit_and_are_learnt(mnist: Splits) -> None:
    def run() -> tuple[dict[str, torch.Tensor], Snapshot]:
        for snapshot in train(Settings(hidden=32, device="cpu"), mnist):
            if snapshot.step == 86:
                return state(snapshot), snapshot
        raise AssertionError

    (first, snapshot), (second, _) = run(), run()
    assert same(first, second)
    assert snapshot.metrics is not None and snapshot.metrics.test_accuracy is not None
    assert snapshot.metrics.test_accuracy > 0.6
    assert snapshot.evaluation.validation_accuracy == pytest.approx(
        snapshot.metrics.test_accuracy, abs=0.05
    )


def test_the_callers_random_state_does_not_change(tiny: Splits) -> None:
    torch.manual_seed(11)
    before = torch.get_rng_state()
    for _ in train(settings(epochs=1), tiny):
        pass
    assert torch.equal(torch.get_rng_state(), before)


def test_there_is_a_snapshot_before_the_first_step_and_after_every_step(tiny: Splits) -> None:
    snapshots = list(train(settings(), tiny))
    assert [snapshot.step for snapshot in snapshots] == list(range(41))
    assert {snapshot.steps_per_epoch for snapshot in snapshots} == {20}
    assert snapshots[-1].epoch == snapshots[-1].epochs == 2
    assert snapshots[10].epoch == 0.5


def test_closing_the_generator_ends_the_run_at_once(tiny: Splits) -> None:
    snapshots = train(settings(), tiny)
    snapshot = next(s for s in snapshots if s.step == 3)
    before = state(snapshot)
    snapshots.close()  # type: ignore[attr-defined]
    assert next(snapshots, None) is None
    assert same(state(snapshot), before)


def test_a_moved_knob_is_logged_with_the_step_that_uses_it(tiny: Splits) -> None:
    chosen = settings()
    knobs = Knobs(chosen)
    snapshots = train(chosen, tiny, knobs=knobs)
    for _ in range(4):
        assert next(snapshots).changes == ()
    knobs.tau, knobs.learning_rate = 0.4, 0.01
    snapshot = next(snapshots)
    assert snapshot.step == 4 and snapshot.tau == 0.4
    assert snapshot.changes == (
        KnobChange(3, 0.15, "tau", 0.5, 0.4),
        KnobChange(3, 0.15, "learning_rate", 0.02, 0.01),
    )
    assert next(snapshots).changes == ()


def test_knobs_accept_only_values_that_their_settings_accept() -> None:
    knobs = Knobs(settings())
    with pytest.raises(SettingsError):
        knobs.beta = 31
    with pytest.raises(AttributeError, match="hidden cannot change during a run"):
        knobs.hidden = 3  # type: ignore[attr-defined]
    with pytest.raises(KeyError, match=r"dropout\.hidden cannot change during a run; beta, tau"):
        knobs["dropout.hidden"] = 0.1
    assert knobs.values() == {
        "beta": 0.03,
        "tau": 0.5,
        "learning_rate": 0.02,
        "dynamicgate.keep": 0,
    }
    dropout = Knobs(Settings(method="dropout"))
    dropout["dropout.hidden"] = 0.1
    assert (dropout["dropout.hidden"], dropout["tau"]) == (0.1, dropout.tau)


def test_a_method_may_change_its_learning_rate(tiny: Splits) -> None:
    """It gets the scheduled rate and the position before the step."""
    used: list[float] = []

    def spy(optimiser: torch.optim.Optimizer, clock: Clock) -> tuple[()]:
        used.append(optimiser.param_groups[0]["lr"])
        return ()

    snapshots = train(settings(method="dense", learning_rate_schedule="ramp"), tiny)
    method = next(snapshots).method
    plain = [0.02 * 0.01 ** (1 - step / 40) for step in range(40)]
    method.learning_rate = (  # type: ignore[method-assign]
        lambda knobs, clock: knobs.learning_rate / 10 if clock.step >= 25 else knobs.learning_rate
    )
    method.after_step = spy  # type: ignore[method-assign]
    for _snapshot in snapshots:
        pass
    assert used == pytest.approx(plain[:25] + [rate / 10 for rate in plain[25:]])


@pytest.mark.parametrize("learning_rate", [0.02, 1e-6])
def test_with_every_gate_active_the_first_step_equals_the_baselines(
    learning_rate: float, tiny: Splits
) -> None:
    gated = settings(learning_rate=learning_rate, initial_logit=1.0)
    baseline = gated.baseline()
    assert baseline is not None
    a, b = train(gated, tiny), train(baseline, tiny)
    start, dense_start = next(a), next(b)
    assert start.evaluation == dense_start.evaluation
    assert start.metrics is not None and start.metrics.active_ratio == 1.0
    batches, dense_batches = watch_batches(start), watch_batches(dense_start)
    next(a), next(b)
    assert batches[0][2] == dense_batches[0][2]


def test_every_epoch_shows_every_image_once_in_a_new_order(tiny: Splits) -> None:
    snapshots = train(settings(batch_size=16), tiny)
    batches = watch_batches(next(snapshots))
    assert [snapshot.step for snapshot in snapshots] == list(range(1, 9))
    assert [len(labels) for _, labels, _ in batches] == [16, 16, 16, 12] * 2

    def rows(part: list[tuple[torch.Tensor, torch.Tensor, float]]) -> list[list[float]]:
        images = torch.cat([images for images, _, _ in part])
        labels = torch.cat([labels for _, labels, _ in part])
        return torch.cat([images * 255, labels[:, None]], 1).round().tolist()

    everything = torch.cat([tiny.train_images, tiny.train_labels[:, None]], 1).tolist()
    first, second = rows(batches[:4]), rows(batches[4:])
    assert sorted(first) == sorted(second) == sorted(everything)
    assert first != second


def test_a_batch_larger_than_the_data_is_all_of_them(tiny: Splits) -> None:
    snapshots = list(train(settings(batch_size=1000), tiny))
    assert [s.step for s in snapshots] == [0, 1, 2]
    assert all(s.metrics and s.metrics.test_accuracy is not None for s in snapshots)


def test_log_points_and_evaluations_are_at_their_steps(tiny: Splits) -> None:
    metrics = [s.metrics for s in train(settings(), tiny) if s.metrics]
    assert [m.step for m in metrics] == list(range(0, 41, 2))
    judged = [m.step for m in metrics if m.test_accuracy is not None]
    assert judged == [0, 2, 4, 10, 20, 40]
    for m in metrics:
        assert (m.test_loss is None) == (m.validation_accuracy is None) == (m.step not in judged)


@pytest.mark.parametrize("batch_size", [1, 3, 4, 7, 60, 1000])
def test_the_last_log_point_is_known_from_the_start(tiny: Splits, batch_size: int) -> None:
    snapshots = list(train(settings(batch_size=batch_size, epochs=2), tiny))
    taken = [s.metrics for s in snapshots if s.metrics]
    assert {s.last_log_point for s in snapshots} == {len(taken) - 1}


def test_a_moved_tau_is_evaluated_at_the_next_log_point(tiny: Splits) -> None:
    chosen = settings()
    knobs = Knobs(chosen)
    judged = []
    for snapshot in train(chosen, tiny, knobs=knobs):
        if snapshot.metrics and snapshot.metrics.test_accuracy is not None:
            judged.append(snapshot.step)
        if snapshot.step == 24:
            knobs.tau = 0.4
        if snapshot.step == 30:
            knobs.beta = 1.0
    assert judged == [0, 2, 4, 10, 20, 26, 40]


def test_training_figures_are_means_since_the_last_log_point(tiny: Splits) -> None:
    snapshots = train(settings(), tiny)
    first = next(snapshots)
    assert first.metrics is not None and first.metrics.train_loss is None
    batches = watch_batches(first)
    third, fourth = [next(snapshots) for _ in range(4)][2:]
    assert third.metrics is None and fourth.metrics is not None
    assert fourth.metrics.train_loss == pytest.approx((batches[2][2] + batches[3][2]) / 2)
    assert fourth.metrics.train_accuracy in {k / 6 for k in range(7)}


def test_the_ratio_is_computed_from_the_masks_and_the_mean_from_all_gates(tiny: Splits) -> None:
    for snapshot in train(settings(initial_logit=0.1, beta=5.0), tiny):
        if not snapshot.metrics:
            continue
        masks = torch.cat([mask.flatten() for mask in snapshot.gates.masks])
        probs = torch.cat([p.flatten() for p in snapshot.gates.scores or ()])
        assert snapshot.metrics.active_weights == snapshot.metrics.macs == int(masks.sum())
        assert snapshot.metrics.active_ratio == pytest.approx(float(masks.float().mean()))
        assert snapshot.metrics.mean_gate_prob == pytest.approx(probs.mean().item())
    assert snapshot.metrics is not None and snapshot.metrics.active_ratio < 0.9


def test_without_a_validation_split_nothing_is_validated(tiny: Splits) -> None:
    data = Splits(
        tiny.train_images,
        tiny.train_labels,
        tiny.train_images[:0],
        EMPTY,
        tiny.test_images,
        tiny.test_labels,
    )
    for snapshot in train(settings(epochs=1), data):
        assert snapshot.evaluation.validation_accuracy is None
        assert snapshot.metrics is None or snapshot.metrics.validation_accuracy is None
    assert snapshot.evaluation.test_accuracy > 0


def test_frozen_gates_do_not_move_while_weights_do(tiny: Splits) -> None:
    moved: dict[str, list[int]] = {"gate_logits": [], "weight": []}
    before: dict[str, torch.Tensor] = {}
    for snapshot in train(settings(freeze_at=0.5, epochs=1), tiny):
        now = state(snapshot)
        for kind in moved:
            name = f"layers.0.{kind}"
            if before and not torch.equal(before[name], now[name]):
                moved[kind].append(snapshot.step)
        before = now
    assert moved == {"gate_logits": list(range(1, 11)), "weight": list(range(1, 21))}


def test_a_negative_beta_reactivates_gates_and_zero_does_not(tiny: Splits) -> None:
    def last_ratio(beta: float) -> float:
        chosen = settings(beta=3.0, initial_logit=0.3, epochs=8, learning_rate=0.05)
        knobs = Knobs(chosen)
        for snapshot in train(chosen, tiny, knobs=knobs):
            if snapshot.step == 20:
                assert snapshot.metrics is not None and snapshot.metrics.active_ratio < 0.1
                knobs.beta = beta
        assert snapshot.metrics is not None
        return snapshot.metrics.active_ratio

    assert last_ratio(0.0) < 0.3
    assert last_ratio(-1.0) > 0.8


def test_the_first_evaluation_uses_the_first_steps_threshold(tiny: Splits) -> None:
    warming = settings(initial_logit=-1.0, tau_schedule="warmup", warmup=0.5)
    first = next(train(warming, tiny))
    assert first.metrics is not None and first.metrics.active_ratio == 1.0
    knobs = Knobs(settings())
    knobs.tau = 0.9
    first = next(train(settings(), tiny, knobs=knobs))
    assert first.metrics is not None and first.metrics.active_ratio == 0.0


@pytest.mark.parametrize("poison", [float("nan"), float("inf")])
@pytest.mark.parametrize("method", ["dynamicgate", "dense"])
def test_a_loss_that_is_not_finite_ends_the_run_in_its_last_finite_state(
    poison: float, method: str, tiny: Splits
) -> None:
    good: dict[str, torch.Tensor] = {}
    with pytest.raises(TrainingDiverged, match=r"at step 8 .* the state of step 6 is saved") as hit:
        for snapshot in train(settings(method=method), tiny):
            if snapshot.metrics:
                good = state(snapshot)
            if snapshot.step == 7:
                with torch.no_grad():
                    snapshot.method.layers()[1].weight.fill_(poison)
    restored = hit.value.snapshot
    assert restored.step == 6
    assert same(state(restored), good)
    assert restored.metrics is not None


def test_a_diverged_run_has_the_threshold_of_its_last_finite_state(tiny: Splits) -> None:
    warming = settings(tau=0.6, tau_schedule="ramp")
    with pytest.raises(TrainingDiverged) as hit:
        for snapshot in train(warming, tiny):
            if snapshot.step == 7:
                with torch.no_grad():
                    snapshot.method.layers()[1].weight.fill_(float("nan"))
    restored = hit.value.snapshot
    assert 0 < restored.tau < 0.6
    assert restored.method.model.tau == restored.tau  # type: ignore[union-attr]


def test_a_state_with_numbers_that_are_not_finite_is_never_restored(tiny: Splits) -> None:
    """A step with a finite loss can leave parameters that are not finite."""
    snapshots = train(settings(), tiny)
    method = next(s for s in snapshots if s.step == 4).method
    good = {k: v.clone() for k, v in method.model.state_dict().items()}
    next(snapshots)
    original = method.gradients

    def spoil(*args: Any) -> StepResult:
        result = original(*args)
        next(method.model.parameters()).grad.fill_(float("nan"))  # type: ignore[union-attr]
        return result

    method.gradients = spoil  # type: ignore[method-assign]
    with pytest.raises(TrainingDiverged) as hit:
        next(snapshots)
        next(snapshots)
    assert hit.value.snapshot.step == 4
    assert same(state(hit.value.snapshot), good)


def test_the_data_are_not_changed(tiny: Splits) -> None:
    before = tiny.train_images.clone()
    for _ in train(settings(epochs=1), tiny):
        pass
    assert torch.equal(tiny.train_images, before)


def test_a_missing_device_is_reported_at_once(
    monkeypatch: pytest.MonkeyPatch, tiny: Splits
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(SettingsError, match=r"device cuda is not available .* it has cpu") as hit:
        train(settings(device="cuda"), tiny)
    assert hit.value.knob == "device"


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_auto_selects_the_first_available_device(
    cuda: bool, mps: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert resolve_device("auto").type == expected
    assert resolve_device("cpu").type == "cpu"


def test_prepare_process_sets_threads_and_flushes_denormals() -> None:
    denormal = torch.tensor([1e-39])
    assert float(denormal * 1) != 0
    prepare_process(settings(threads=2))
    assert torch.get_num_threads() == 2
    assert float(denormal * 1) == 0
