"""Tests of the protocol that every method of the catalogue must pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
import torch
from short_runs import quick
from torch import Tensor
from torch.nn import functional

from dgviz.data.split import Splits
from dgviz.knob import Knob
from dgviz.knobs_in_effect import Clock, KnobsInEffect
from dgviz.methods.catalogue import METHODS, SHARED
from dgviz.methods.method import AutogradMethod, Method, build
from dgviz.methods.spec import PART_NAME, SCORES_NAME
from dgviz.settings import COMMON, KNOBS, Settings
from dgviz.training.checkpoint import pack_checkpoint, unpack_checkpoint
from dgviz.training.evaluate import accuracy_by_tau, evaluate
from dgviz.training.knobs import Knobs
from dgviz.training.loop import TrainingDiverged, train
from dgviz.training.snapshot import Snapshot, log_entries, pack_gates, pack_weights

SIZES = (6, 5, 3)
CLOCK = Clock(step=0, round=0, progress=0.5)
IN_EFFECT = KnobsInEffect(
    beta=2.0, tau=0.5, learning_rate=0.01, label_smoothing=0.1, gates_frozen=False
)
SCHEDULES = {
    "beta_schedule": "ramp",
    "tau_schedule": "warmup",
    "learning_rate_schedule": "cosine",
    "freeze_at": 0.5,
    "warmup": 0.7,
}
MOVES = [(3, "beta", 2.0), (5, "tau", 0.6), (14, "tau", 0.45), (20, "learning_rate", 0.01)]
OWN_LIVE = [knob for spec in METHODS.values() for knob in spec.knobs if knob.live]
"""The live knobs that methods have of their own."""

every_method = pytest.mark.parametrize("name", METHODS)
every_chain = pytest.mark.parametrize("name", [n for n in METHODS if not METHODS[n].routes])
"""Methods that compute the same layers, one after the other, for every image."""
CHOICES = [
    pytest.param(name, {knob.name: choice}, id=f"{name}-{choice}")
    for name, spec in METHODS.items()
    for knob in spec.knobs
    for choice in knob.choices
    if choice != knob.default
]
"""The methods that have another network or another way of training by a choice of their own."""
every_router = pytest.mark.parametrize("name", [n for n in METHODS if METHODS[n].routes])


def short(name: str, **changes: Any) -> Settings:
    """Settings with 9 steps in an epoch on the tiny data, the last with a smaller batch."""
    base = {"hidden": 4, "batch_size": 7, "epochs": 3, "validation": 0, "learning_rate": 0.05}
    return Settings.from_dict({"method": name, "device": "cpu", **base, **quick(name), **changes})


def built(name: str, seed: int = 0, **own: Any) -> Method:
    return build(Settings(method=name, seed=seed, own=tuple({**quick(name), **own}.items())), SIZES)


def trained(name: str, data: Splits, **own: Any) -> Method:
    """A method that has been trained on the tiny data until some of its connections are closed."""
    closing = {"hidden": SIZES[1], "beta": 2, "initial_logit": 0.25, "epochs": 20}
    for snapshot in train(short(name, **closing, **own), data):
        if not snapshot.method.settings.spec.masks and snapshot.step:
            return snapshot.method
        if 0 < snapshot.gates.measures.active_ratio < 1:
            return snapshot.method
    raise AssertionError(f"{name} closes no connection.")


def batch() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.rand(8, 6, generator=generator), torch.arange(8) % 3


def plan(settings: Settings, after: int = 0) -> Knobs:
    knobs = Knobs(settings)
    own = [(7, knob.name, moved(knob)) for knob in settings.spec.knobs if knob.live]
    for step, name, value in sorted([*MOVES, *own]):
        if step >= after:
            knobs.plan(step, name, value)
    return knobs


def moved(knob: Knob) -> float:
    """A value of a live knob that is far from its default."""
    far: float = max(knob.stops[1:-1], key=lambda stop: abs(stop - knob.default))
    return far


def end_of(snapshot: Snapshot) -> bytes:
    return pack_checkpoint(snapshot.checkpoint())


def masks_and_weights(snapshot: Snapshot) -> list[tuple[str, bytes]]:
    state = snapshot.method.model.state_dict()
    return [(name, value.numpy().tobytes()) for name, value in state.items()]


@every_method
def test_a_catalogue_entry_is_complete_and_consistent(name: str) -> None:
    spec = METHODS[name]
    assert spec.name == name == Settings(method=name).spec.name
    assert spec.title and spec.summary.endswith(".")
    assert re.fullmatch(r"[A-Z].* (19|20)\d\d", spec.source)
    assert spec.described == f"{spec.summary} {spec.source}."
    for own in filter(None, [spec.rounds, spec.target]):
        assert own in {knob.name for knob in spec.knobs}
    assert set(spec.shared) <= set(COMMON) and set(spec.defaults) <= set(COMMON)
    assert all(KNOBS[knob].live for knob in filter(None, [spec.preview]))
    assert not spec.preview or (spec.preview in spec.shared and spec.scores)
    assert spec.masks or not spec.scores
    assert SCORES_NAME.fullmatch(spec.scores)
    assert spec.baseline in ("", *METHODS) and spec.baseline != name
    for knob in spec.knobs:
        assert knob.name.startswith(f"{name}.") and knob.help.endswith(".")
        assert knob.check(knob.default) == knob.default
        assert name.replace("_", "-") in knob.flag


@every_method
def test_settings_have_the_knobs_that_the_method_reads(name: str) -> None:
    settings = Settings.from_preset("paper", method=name)
    read = {knob.name for knob in settings.knobs()}
    assert read & SHARED == set(settings.spec.shared)
    assert {knob.name for knob in settings.spec.knobs} <= read
    assert settings.to_query() == (
        {"preset": "paper"} if name == Settings.method else {"preset": "paper", "method": name}
    )
    assert Settings.from_query(settings.to_query()) == (settings, [])
    assert Settings.from_dict(settings.as_dict()) == settings


@every_method
def test_each_layer_has_as_many_inputs_as_its_source_has_units(name: str) -> None:
    units = {"": SIZES[0]}
    views = built(name).layers()
    for layer in views:
        assert PART_NAME.fullmatch(layer.name) and layer.name not in units
        assert layer.weight.shape[1] == units[layer.source]
        assert layer.bias.shape == layer.weight.shape[:1] and layer.mask.shape == layer.weight.shape
        assert not layer.weight.requires_grad and not layer.bias.requires_grad
        units[layer.name] = len(layer.weight)
    assert len(views[-1].weight) == SIZES[-1]


@every_router
def test_routing_gives_each_image_shares_with_the_sum_1_in_every_mode(
    name: str, tiny: Splits
) -> None:
    method = trained(name, tiny)
    images, _ = batch()
    assert len(set(method.routes)) == len(method.routes) > 1
    assert all(PART_NAME.fullmatch(route) for route in method.routes)
    found = []
    for mode in (True, False):
        method.model.train(mode)
        found.append((method.routing(images), method.cost(images)))
        shares, _ = found[-1]
        assert shares is not None and shares.shape == (8, len(method.routes))
        assert bool((shares >= 0).all()) and not shares.requires_grad
        assert torch.allclose(shares.sum(1), torch.ones(8))
    assert all(map(torch.equal, *found))
    assert all(layer.mask.all() and layer.score is None for layer in method.layers())


@every_method
def test_adam_decays_weights_and_biases_but_no_gates(name: str) -> None:
    """With gradients of 0, the first step of Adam has its full length, towards 0."""
    method = built(name)
    method.settings = method.settings.with_changes(weight_decay=0.01, learning_rate=0.001)
    optimiser = method.make_optimiser()
    before = {key: part.detach().clone() for key, part in method.model.named_parameters()}
    for part in method.model.parameters():
        part.grad = torch.zeros_like(part)
    optimiser.step()
    for key, part in method.model.named_parameters():
        old, large = before[key], before[key].abs() > 1e-3
        is_gate = re.search(r"gate_logits|log_alpha|score", key)
        stays = is_gate or not method.adam_decays
        expected = old if stays else old - 0.001 * old.sign()
        assert torch.allclose(part[large], expected[large], atol=1e-6), key


@every_chain
def test_other_methods_have_no_routes(name: str) -> None:
    method = built(name)
    assert method.routes == () and method.routing(batch()[0]) is None


@pytest.mark.parametrize(
    ("name", "own"),
    [*(pytest.param(name, {}, id=name) for name in METHODS if not METHODS[name].routes), *CHOICES],
)
@pytest.mark.parametrize(
    "prepared", [lambda name, data, **own: built(name, **own), trained], ids=["new", "old"]
)
def test_layers_give_the_output_of_the_model(
    name: str, own: dict[str, str], prepared: Callable[..., Method], tiny: Splits
) -> None:
    method = prepared(name, tiny, **own)
    images, _ = batch()
    views = method.layers()
    assert [layer.weight.shape[1] for layer in views] == [SIZES[0], len(views[0].weight)]
    assert len(views[-1].weight) == SIZES[-1]
    x = images
    for layer in views:
        assert layer.mask.dtype is torch.bool and layer.mask.shape == layer.weight.shape
        assert layer.bias.shape == layer.weight.shape[:1]
        assert (layer.score is not None) == bool(method.settings.spec.scores)
        if layer.score is not None:
            assert layer.score.shape == layer.mask.shape
            assert bool(((layer.score >= 0) & (layer.score <= 1)).all())
            if method.settings.spec.preview:
                assert torch.equal(layer.mask, layer.score > method.settings["tau"])
        x = functional.linear(x, layer.weight * layer.mask, layer.bias)
        x = x.relu() if layer is not views[-1] else x
    method.model.eval()
    with torch.no_grad():
        assert torch.allclose(method.model(images), x, atol=1e-6)


@every_method
def test_gradients_are_not_accumulated_and_results_are_detached(name: str) -> None:
    images, labels = batch()
    method = built(name)
    found = []
    for _ in range(2):
        method.generator.manual_seed(3)
        loss, logits = method.gradients(images, labels, IN_EFFECT, CLOCK)
        assert loss.ndim == 0 and logits.shape == (8, 3)
        assert not loss.requires_grad and not logits.requires_grad
        expected = functional.cross_entropy(logits, labels, label_smoothing=0.1)
        assert torch.allclose(loss, expected)
        moved = [p for p in method.model.parameters() if p.grad is not None]
        assert moved
        found.append([parameter.grad.clone() for parameter in moved])
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))


@pytest.mark.parametrize(
    "name", [name for name in METHODS if isinstance(built(name), AutogradMethod)]
)
def test_a_gradient_agrees_with_finite_differences_of_the_loss(name: str) -> None:
    """The loss is cross-entropy plus penalty, at the same random numbers.

    Gradients that are not computed by autograd have their own tests.
    """
    images, labels = batch()
    method = built(name)
    assert isinstance(method, AutogradMethod)

    def minimised() -> float:
        method.generator.manual_seed(3)
        loss = functional.cross_entropy(method.model(images), labels, label_smoothing=0.1)
        extra = method.penalty(IN_EFFECT)
        return float((loss if extra is None else loss + extra).detach())

    method.model.double()
    images = images.double()
    method.generator.manual_seed(3)
    method.gradients(images, labels, IN_EFFECT, CLOCK)
    for parameter in method.model.parameters():
        at = parameter.detach().view(-1)
        grad = parameter.grad.view(-1)
        place, step = int(grad.abs().argmax()), 1e-6
        at[place] += step
        above = minimised()
        at[place] -= 2 * step
        below = minimised()
        at[place] += step
        assert (above - below) / (2 * step) == pytest.approx(float(grad[place]), rel=1e-4)


@every_method
def test_every_image_has_a_cost(name: str, tiny: Splits) -> None:
    method = trained(name, tiny)
    images, _ = batch()
    cost = method.cost(images)
    assert cost.shape == (8,) and cost.dtype is torch.int64
    if not method.routes:
        active = sum(int(layer.mask.sum()) for layer in method.layers())
        assert cost.tolist() == [active] * 8
    assert bool((cost > 0).all())


@every_method
def test_equal_seeds_give_equal_networks_and_the_random_state_does_not_change(name: str) -> None:
    before = torch.get_rng_state()
    first, second, other = (built(name, seed).model.state_dict() for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert not all(torch.equal(first[key], other[key]) for key in first)


@every_method
def test_a_method_draws_other_numbers_than_its_weights_and_the_shuffles(name: str) -> None:
    for seed in (0, 1, 2**31 - 1):
        method = built(name, seed)
        method.generator.manual_seed(method.generator.initial_seed())
        own = torch.rand(100, generator=method.generator)
        assert not torch.equal(own, torch.rand(100, generator=torch.Generator().manual_seed(seed)))


@every_chain
def test_active_weights_start_as_those_of_the_baseline(name: str) -> None:
    settings = Settings(method=name)
    baseline = settings.baseline()
    if baseline is None:
        return
    ours, theirs = built(name).model, build(baseline, SIZES).model
    names = ("weight", "bias")
    mine, its = (
        [p for name, p in model.named_parameters() if name.rpartition(".")[2] in names]
        for model in (ours, theirs)
    )
    assert len(mine) == len(its) == 4
    if [weight.shape for weight in mine] != [weight.shape for weight in its]:
        # The method has a network of another size.
        return
    for weight, dense in zip(mine, its, strict=True):
        # A weight that starts closed is 0.
        assert torch.equal(weight, dense.where(weight != 0, 0)) and bool((weight != 0).any())


@every_method
def test_training_learns_and_repeats_bit_for_bit(name: str, tiny: Splits) -> None:
    def run() -> tuple[bytes, float, float]:
        snapshots = train(short(name, epochs=12), tiny)
        before = next(snapshots).evaluation.test_loss
        for _snapshot in snapshots:
            torch.rand(3)
        return end_of(_snapshot), before, _snapshot.evaluation.test_loss

    first, second = run(), run()
    assert first == second
    _, before, after = first
    assert after < before


@pytest.mark.parametrize(
    ("name", "own"),
    [
        *(pytest.param(name, {}, id=name) for name in METHODS),
        pytest.param(Settings.method, {"dynamicgate.gates": "weight-pixel-unit"}, id="all gates"),
        pytest.param(Settings.method, {"dynamicgate.gates": "weight-block"}, id="blocks"),
        pytest.param(Settings.method, {"dynamicgate.keep": 20}, id="kept connections"),
    ],
)
def test_a_run_resumed_at_any_step_ends_bit_for_bit_where_it_would_have(
    name: str, own: dict[str, Any], tiny: Splits
) -> None:
    """With all schedules, moved knobs and the method's changes after a step.

    An epoch has 20 steps, the last with a smaller batch, and every second one is a log point: tau
    is moved before a step that is none.
    """
    tiny = replace(tiny, train_images=tiny.train_images[:59], train_labels=tiny.train_labels[:59])
    settings = short(name, batch_size=3, epochs=2, **SCHEDULES, **own)
    whole_log: list[dict[str, Any]] = []
    stops: list[tuple[bytes, int, float]] = []
    for snapshot in train(settings, tiny, knobs=plan(settings)):
        whole_log += log_entries(snapshot)
        stops.append((end_of(snapshot), len(whole_log), snapshot.tau))
    for stop, (blob, logged, tau) in enumerate(stops):
        checkpoint = unpack_checkpoint(blob)
        resumed = train(settings, tiny, knobs=plan(settings, stop), checkpoint=checkpoint)
        snapshot = next(resumed)
        assert (end_of(snapshot), snapshot.tau) == (blob, tau), stop
        rest: list[dict[str, Any]] = []
        # Long enough for every event and a log point; every eighth run goes on to the end.
        end = len(stops) - 1 if stop % 8 == 0 else min(stop + 6, len(stops) - 1)
        for snapshot in islice(resumed, end - stop):
            rest += log_entries(snapshot)
        expected, logged_then, tau_then = stops[end]
        assert rest == whole_log[logged:logged_then], stop
        assert (end_of(snapshot), snapshot.tau) == (expected, tau_then), stop


@pytest.mark.parametrize("knob", OWN_LIVE, ids=lambda knob: knob.name)
def test_a_live_knob_of_a_method_acts_on_training_from_the_next_step_on(
    knob: Knob, tiny: Splits
) -> None:
    settings = short(knob.name.partition(".")[0])

    def states(*moves: tuple[int, str, float]) -> list[list[tuple[str, bytes]]]:
        knobs = Knobs(settings)
        for move in moves:
            knobs.plan(*move)
        return [masks_and_weights(snapshot) for snapshot in train(settings, tiny, knobs=knobs)]

    still, with_move = states(), states((4, knob.name, moved(knob)))
    assert still[:5] == with_move[:5] and still[-1] != with_move[-1]


@pytest.mark.parametrize("knob", OWN_LIVE, ids=lambda knob: knob.name)
def test_no_evaluation_depends_on_a_live_knob_of_a_method(knob: Knob, tiny: Splits) -> None:
    *_, end = train(short(knob.name.partition(".")[0], epochs=1), tiny)
    before = evaluate(end.method, end.held_out)
    end.method.settings = end.method.settings.with_changes(**{knob.name: moved(knob)})
    assert evaluate(end.method, end.held_out) == before


@every_method
def test_a_run_trained_further_equals_an_uninterrupted_one_unless_it_follows_progress(
    name: str, tiny: Splits
) -> None:
    longer = short(name, epochs=4, beta=2)
    *_, end = train(longer.with_changes(epochs=2), tiny)
    *_, further = train(longer, tiny, checkpoint=unpack_checkpoint(end_of(end)))
    *_, whole = train(longer, tiny)
    assert longer.follows_progress or end_of(further) == end_of(whole)


@every_method
def test_evaluation_changes_nothing(name: str, tiny: Splits) -> None:
    snapshot = next(s for s in train(short(name), tiny) if s.step == 5)
    method, held_out, before = snapshot.method, snapshot.held_out, end_of(snapshot)
    assert method.model.training
    first = evaluate(method, held_out), accuracy_by_tau(method, held_out, tau=snapshot.tau)
    again = evaluate(method, held_out), accuracy_by_tau(method, held_out, tau=snapshot.tau)
    assert first == again and first[0].test_accuracy > 0
    assert method.cost(held_out.test_images).shape == (30,)
    pack_gates(snapshot, {})
    pack_weights(snapshot)
    assert end_of(snapshot) == before and method.model.training


@every_method
def test_a_run_that_diverges_ends_in_its_last_finite_state(name: str, tiny: Splits) -> None:
    good: list[tuple[str, bytes]] = []
    with pytest.raises(TrainingDiverged) as hit:
        for snapshot in train(short(name), tiny):
            if snapshot.metrics:
                good = masks_and_weights(snapshot)
            if snapshot.step == 12:
                with torch.no_grad():
                    for parameter in snapshot.method.model.parameters():
                        parameter.fill_(float("nan"))
    assert masks_and_weights(hit.value.snapshot) == good
