"""The evaluation of a network: all images count, and the network does not change."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from dgviz.methods.method import Method
from dgviz.methods.method import build as build_method
from dgviz.settings import Settings
from dgviz.training.evaluate import PREVIEW_TAUS, HeldOut, accuracy_by_tau, evaluate, score


def build(name: str = "dynamicgate") -> Method:
    method = build_method(Settings(method=name), (6, 5, 3))
    torch.manual_seed(4)
    with torch.no_grad():
        for parameter, value in method.model.named_parameters():
            if parameter.endswith("gate_logits"):
                value.normal_()
    return method


def images(n: int, seed: int = 1) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(n, 6, generator=generator), torch.randint(0, 3, (n,), generator=generator)


def held_out(validation: int = 700) -> HeldOut:
    return HeldOut(*images(90, 1), *images(validation, 2))


@pytest.mark.parametrize("n", [1, 4999, 5000, 5001, 10_001])
def test_a_score_is_over_all_images_for_any_chunk_size(n: int) -> None:
    method, (x, y) = build(), images(n)
    accuracy, loss = score(method, x, y)
    with torch.no_grad():
        logits = method.model(x)
    assert accuracy == int((logits.argmax(1) == y).sum()) / n
    assert loss == pytest.approx(float(functional.cross_entropy(logits, y)), rel=1e-4)


def test_an_evaluation_separates_test_and_validation() -> None:
    method, data = build(), held_out()
    found = evaluate(method, data)
    assert (found.test_accuracy, found.test_loss) == score(
        method, data.test_images, data.test_labels
    )
    assert (
        found.validation_accuracy
        == score(method, data.validation_images, data.validation_labels)[0]
    )
    assert evaluate(method, held_out(validation=0)).validation_accuracy is None


def test_an_evaluation_uses_the_present_threshold() -> None:
    method, data = build(), held_out()
    before = evaluate(method, data).test_loss
    method.set_tau(1.0)
    assert evaluate(method, data).test_loss != before


def test_the_curve_has_the_accuracy_of_each_threshold() -> None:
    method, data = build(), held_out()
    curve = accuracy_by_tau(method, data, tau=0.35)
    assert curve is not None and [tau for tau, _ in curve] == list(PREVIEW_TAUS)
    # The network is left with the given threshold.
    assert torch.equal(method.layers()[0].mask, method.layers()[0].score > 0.35)
    for tau, accuracy in curve:
        method.set_tau(tau)
        first = data.validation_images[:250], data.validation_labels[:250]
        assert accuracy == score(method, *first)[0]
    assert len({accuracy for _, accuracy in curve}) > 1


def test_there_is_no_curve_without_gates_or_validation_images() -> None:
    assert accuracy_by_tau(build("dense"), held_out(), tau=0.5) is None
    assert accuracy_by_tau(build(), held_out(validation=0), tau=0.5) is None


def test_evaluation_leaves_no_gradient() -> None:
    method = build()
    evaluate(method, held_out())
    assert all(parameter.grad is None for parameter in method.model.parameters())
