"""The exact gradient of the paper's loss, written out by hand: what the training loop runs.

Autograd on the literal formulas takes half as long again or more: it does not know that the
weights and the gates of a layer share one gradient. With M = G_hard, p = G_prob = σ(logit),
W_eff = W ⊙ G and D = dL_CE/dW_eff, the chain rule through
`G = G_hard + (G_prob - G_prob.detach())` gives, for every connection of every layer,

    dL/dW     = M ⊙ D
    dL/dlogit = (W ⊙ D + β/N) ⊙ σ'(logit),    σ'(logit) = p (1 - p)

where N counts all gates of all layers, so β/N is the gradient of β · mean(G_prob). W ⊙ D has no M
in it: a closed gate receives the gradient it would have if it were active.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from dgviz.gates.linear import GatedLinear
from dgviz.gates.mlp import DynamicGateMLP

# The overload by name: PyTorch's own sigmoid backward, g p (1 - p) in one pass, into our buffer.
_sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input


class ClosedFormGradient:
    """Sets the `.grad` of a model's parameters to the gradient of `L = L_CE + β · mean(G_prob)`.

    Build it once the model is on its device and in its dtype. Nothing is accumulated: each call
    overwrites the last gradients, and no `zero_grad` is needed. τ is read from the layers at each
    call, so τ and β may change between any two steps.

    Args:
        model: A `DynamicGateMLP` of any depth.

    Attributes:
        logits: The network's output in the last call, shape (B, out).
        probs: G_prob of each layer in the last call, shape (out, in).
        masks: G_hard of each layer in the last call as 0.0 and 1.0, shape (out, in).

    `probs` and `masks` are overwritten by the next call, and an optimiser step does not alter them.
    """

    logits: Tensor

    def __init__(self, model: DynamicGateMLP) -> None:
        self._layers = [_Layer(layer) for layer in model.layers]
        self._gates = sum(layer.probs.numel() for layer in self._layers)
        self._penalty = torch.zeros_like(self._layers[0].probs[0, 0])
        self.probs = [layer.probs for layer in self._layers]
        self.masks = [layer.mask for layer in self._layers]

    @torch.no_grad()
    def __call__(
        self,
        x: Tensor,
        y: Tensor,
        *,
        beta: float,
        label_smoothing: float = 0.0,
        train_gates: bool = True,
    ) -> Tensor:
        """Set every parameter's `.grad` for one batch.

        Args:
            x: Inputs, shape (B, in), in the model's dtype and on its device.
            y: Classes, shape (B,), int64, each in [0, out).
            beta: Penalty β; a negative one makes closed gates active.
            label_smoothing: In [0, 1], as in `F.cross_entropy`.
            train_gates: When False every `gate_logits.grad` is None, so that optimisers skip them.

        Returns:
            L_CE, the mean cross-entropy of the batch without the penalty, 0-dim.
        """
        inputs = []
        for layer in self._layers:
            inputs.append(x)
            torch.sigmoid(layer.gated.gate_logits, out=layer.probs)
            # Into a float buffer: making a bool mask and multiplying by it takes six times longer.
            torch.gt(layer.probs, layer.gated.tau, out=layer.mask)
            torch.mul(layer.gated.weight, layer.mask, out=layer.effective)
            self.logits = torch.addmm(layer.gated.bias, x, layer.effective.t())
            x = torch.relu(self.logits)

        loss, delta = _cross_entropy(self.logits, y, label_smoothing)

        self._penalty.fill_(beta / self._gates)
        for depth in reversed(range(len(self._layers))):
            layer = self._layers[depth]
            torch.mm(delta.t(), inputs[depth], out=layer.d_effective)
            layer.gated.bias.grad = torch.sum(delta, 0, out=layer.d_bias)
            if depth > 0:
                # ReLU's own backward: a unit at exactly 0 passes nothing.
                delta = torch.ops.aten.threshold_backward(delta @ layer.effective, inputs[depth], 0)
            self._write_gradients(layer, train_gates)
        return loss

    def _write_gradients(self, layer: "_Layer", train_gates: bool) -> None:
        """Set the `.grad` of one layer's W and gates from `layer.d_effective`.

        W_eff and dL/dW_eff are no longer needed, so the gradients take their memory: the fewer
        buffers, the more of a step stays in the processor's cache.
        """
        gated = layer.gated
        gated.weight.grad = torch.mul(layer.d_effective, layer.mask, out=layer.effective)
        gated.gate_logits.grad = None
        if train_gates:
            buffer = layer.d_effective
            torch.addcmul(self._penalty, gated.weight, layer.d_effective, out=buffer)
            gated.gate_logits.grad = _sigmoid_backward(buffer, layer.probs, grad_input=buffer)


class _Layer:
    """A layer and the buffers of its step, all (out, in) but `d_bias`, which is (out,)."""

    def __init__(self, gated: GatedLinear) -> None:
        weight, bias = gated.weight.detach(), gated.bias.detach()
        self.gated = gated
        self.probs = torch.empty_like(weight)
        self.mask = torch.empty_like(weight)
        self.effective = torch.empty_like(weight)
        self.d_effective = torch.empty_like(weight)
        self.d_bias = torch.empty_like(bias)


def _cross_entropy(logits: Tensor, y: Tensor, label_smoothing: float) -> tuple[Tensor, Tensor]:
    """L_CE and dL_CE/dlogits = (softmax(logits) - target) / B, target the smoothed one-hot of y.

    Both come from one log-softmax.
    """
    batch, classes = logits.shape
    log_probs = torch.log_softmax(logits, 1)
    loss = F.nll_loss(log_probs, y)
    if label_smoothing:
        loss = torch.lerp(loss, -log_probs.mean(), label_smoothing)
    delta = log_probs.exp_()
    if label_smoothing:
        delta.sub_(label_smoothing / classes)
    labels = y.unsqueeze(1)
    delta.scatter_add_(1, labels, delta.new_full((), label_smoothing - 1).expand_as(labels))
    return loss, delta.div_(batch)
