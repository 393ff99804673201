"""The loss of distillation and its gradient."""

import pytest
import torch
from torch.nn import functional

from dgviz.gates.closed_form import ClosedFormGradient
from dgviz.gates.distillation import TEMPERATURE, Teaching, distilled
from dgviz.gates.mlp import DynamicGateMLP


@pytest.fixture
def teaching() -> Teaching:
    torch.manual_seed(1)
    return Teaching(torch.softmax(torch.randn(8, 3, dtype=torch.float64), 1), 0.7)


def test_the_loss_is_that_of_the_labels_and_of_the_teacher(teaching: Teaching) -> None:
    logits, labels = torch.randn(8, 3, dtype=torch.float64), torch.arange(8) % 3
    plain = functional.cross_entropy(logits, labels)
    log_probs = torch.log_softmax(logits / TEMPERATURE, 1)
    compared = -(TEMPERATURE**2) * (teaching.answers * log_probs).sum(1).mean()
    torch.testing.assert_close(distilled(plain, logits, teaching), 0.3 * plain + 0.7 * compared)
    assert distilled(plain, logits, None) is plain


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_closed_form_equals_autograd(teaching: Teaching, smoothing: float) -> None:
    net = DynamicGateMLP((4, 5, 3), dtype=torch.float64)
    x, y = torch.rand(8, 4, dtype=torch.float64), torch.arange(8) % 3
    logits = net(x)
    plain = functional.cross_entropy(logits, y, label_smoothing=smoothing)
    loss = distilled(plain, logits, teaching) + 0.7 * net.sparsity_penalty()
    expected = torch.autograd.grad(loss, [*net.parameters()])
    found = ClosedFormGradient(net)(x, y, beta=0.7, label_smoothing=smoothing, teaching=teaching)
    torch.testing.assert_close(found, plain.detach())
    for parameter, gradient in zip(net.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient)
