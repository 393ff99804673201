"""The exact gradient of the paper's loss, written out by hand: what the training loop runs.

Autograd on the literal formulas takes half as long again or more: it does not know that the
weights and the gates of a layer share one gradient. With M = G_hard, p = G_prob = σ(logit),
W_eff = W ⊙ G and D = dL_CE/dW_eff, the chain rule through
`G = G_hard + (G_prob - G_prob.detach())` gives, for every connection of every layer,

    dL/dW     = M ⊙ D
    dL/dlogit = (W ⊙ D + β/N) ⊙ σ'(logit),    σ'(logit) = p (1 - p)

where N counts all gates of all layers, so β/N is the gradient of β · mean(G_prob). W ⊙ D has no M
in it: a closed gate receives the gradient it would have if it were active.

With gates for groups of weights, M is the product of the masks of all gates of a weight: its own,
its block's and its input's. The gradient of a gate is a sum over the weights that it gates, and has
the other masks of each of them in it:

    dL/dlogit of a weight = (W ⊙ M_block ⊙ M_input ⊙ D + β/N) ⊙ σ'
    dL/dlogit of a block  = (Σ over its weights of W ⊙ M_weight ⊙ M_input ⊙ D + β/N) ⊙ σ'
    dL/dlogit of an input = (Σ over its weights of W ⊙ M_weight ⊙ M_block ⊙ D + β/N) ⊙ σ'

where N counts the gates of its kind: of weights, of blocks, of pixels or of hidden units.

The same formulas hold for several networks at once, whose parameters are stacked: then every shape
has a leading dimension K, and so have β and τ.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from dgviz.gates.blocks import spread, sums
from dgviz.gates.distillation import Teaching, distil
from dgviz.gates.linear import GatedLinear
from dgviz.gates.mlp import DynamicGateMLP
from dgviz.gates.stacked import StackedLayer, StackedMLP, affine

# The overload by name: PyTorch's own sigmoid backward, g p (1 - p) in one pass, into our buffer.
_sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input


class ClosedFormGradient:
    """Sets the `.grad` of a model's parameters to the gradient of `L = L_CE + β · mean(G_prob)`.

    Build it once the model is on its device and in its dtype. Nothing is accumulated: each call
    overwrites the last gradients, and no `zero_grad` is needed. τ is read from the layers at each
    call, so τ and β may change between any two steps.

    Args:
        model: A `DynamicGateMLP` of any depth, or K of them, stacked.

    Attributes:
        logits: The network's output in the last call, shape (B, out); (K, B, out) if stacked.
    """

    logits: Tensor

    def __init__(self, model: DynamicGateMLP | StackedMLP) -> None:
        networks = len(model.tau) if isinstance(model, StackedMLP) else 1
        number = {
            id(logits): sum(one.numel() for one in kind) // networks
            for kind in model.gates()
            for logits in kind
        }
        self._layers = [_Layer(layer, number) for layer in model.layers]

    @torch.no_grad()
    def __call__(
        self,
        x: Tensor,
        y: Tensor,
        *,
        beta: float | Tensor,
        label_smoothing: float = 0.0,
        weight_decay: float = 0.0,
        train_gates: bool = True,
        teaching: Teaching | None = None,
    ) -> Tensor:
        """Set every parameter's `.grad` for one batch.

        Args:
            x: Inputs, shape (B, in), in the model's dtype and on its device.
            y: Classes, shape (B,), int64, each in [0, out).
            beta: Penalty β; a negative one makes closed gates active. For stacked networks that of
                each, shape (K, 1, 1).
            label_smoothing: In [0, 1], as in `F.cross_entropy`.
            weight_decay: Factor d of the penalty d/2 · (Σ W_eff² + Σ b²), at least 0. It does not
                move the weights of closed connections, which would else be empty when they reopen.
            train_gates: When False the `.grad` of all gates is None, so that optimisers skip them.
            teaching: What a teacher says of the batch; not for stacked networks.

        Returns:
            L_CE, the mean cross-entropy of the batch without penalties, 0-dim; (K,) if stacked.
        """
        inputs, effective = [], []
        for layer in self._layers:
            inputs.append(x)
            effective.append(layer.effective_weight())
            self.logits = affine(x, effective[-1], layer.gated.bias)
            x = torch.relu(self.logits)

        loss, delta = _cross_entropy(self.logits, y, label_smoothing)
        if teaching is not None:
            distil(delta, self.logits, teaching)

        for depth in reversed(range(len(self._layers))):
            layer = self._layers[depth]
            torch.matmul(delta.mT, inputs[depth], out=layer.d_effective)
            layer.gated.bias.grad = torch.sum(delta, -2, out=layer.d_bias)
            if weight_decay:
                layer.d_effective.add_(effective[depth], alpha=weight_decay)
                layer.d_bias.add_(layer.gated.bias, alpha=weight_decay)
            if depth > 0:
                # ReLU's own backward: a unit at exactly 0 passes nothing.
                delta = torch.ops.aten.threshold_backward(
                    delta @ effective[depth], inputs[depth], 0
                )
            layer.write_gradients(beta, train_gates)
        return loss


class _Layer:
    """A layer and the buffers of its step, all (out, in) but `d_bias`, which is (out,).

    All have a leading dimension K if the layer is that of K networks.

    Args:
        gated: The layer.
        number: How many gates of their kind the network has, by the id of the logits.
    """

    def __init__(self, gated: GatedLinear | StackedLayer, number: Mapping[int, int]) -> None:
        each, of_block = gated.gate_logits, gated.block_gate_logits
        of_input = gated.input_gate_logits
        self.gated = gated
        self.weight_gates = None if each is None else _Gates(each, number[id(each)])
        self.group_gates: list[_GroupGates] = []
        if of_input is not None:
            self.group_gates.append(_InputGates(of_input, number[id(of_input)]))
        if of_block is not None:
            self.group_gates.append(_BlockGates(of_block, number[id(of_block)], gated.weight))
        self.effective = torch.empty_like(gated.weight.detach())
        self.d_effective = torch.empty_like(self.effective)
        self.d_bias = torch.empty_like(gated.bias.detach())

    def effective_weight(self) -> Tensor:
        """W_eff with the present gates, shape (out, in)."""
        effective: Tensor = self.gated.weight
        for gates in self._gates():
            gates.update(self.gated.tau)
            effective = torch.mul(effective, gates.mask_of_weights, out=self.effective)
        return effective

    def _gates(self) -> list["_Gates"]:
        """Those of groups, then those of weights."""
        own = [self.weight_gates] if self.weight_gates else []
        return [*self.group_gates, *own]

    def write_gradients(self, beta: float | Tensor, train_gates: bool) -> None:
        """Set the `.grad` of W and the gates from `d_effective`.

        W_eff and dL/dW_eff are no longer needed, so the gradients take their memory: the fewer
        buffers, the more of a step stays in the processor's cache.
        """
        gated, d_effective = self.gated, self.d_effective
        for logits in gated.gates():
            logits.grad = None
        others = self._gates()
        for gates in self.group_gates:
            others.remove(gates)
            if train_gates:
                product = torch.mul(gated.weight, d_effective, out=self.effective)
                for other in others:
                    product.mul_(other.mask_of_weights)
                gates.write_gradient(gates.sums(product).add_(gates.penalty(beta)))
            # From here on it is dL/d(W ⊙ G) with the other kinds of gates only.
            d_effective.mul_(gates.mask_of_weights)
        if not self.weight_gates:
            gated.weight.grad = d_effective
            return
        gated.weight.grad = torch.mul(d_effective, self.weight_gates.mask, out=self.effective)
        if train_gates:
            penalty = self.weight_gates.penalty(beta)
            torch.addcmul(penalty, gated.weight, d_effective, out=d_effective)
            self.weight_gates.write_gradient(d_effective)


class _Gates:
    """The gates of one kind in a layer, and their buffers, of the shape of their logits.

    Args:
        logits: gate_logit of each.
        number: How many gates of their kind the network has.

    Attributes:
        mask_of_weights: G_hard as a factor of W: (out, in), or (in,) for gates of inputs.
    """

    def __init__(self, logits: nn.Parameter, number: int) -> None:
        self.logits = logits
        self.number = number
        self.probs = torch.empty_like(logits.detach())
        self.mask = torch.empty_like(self.probs)
        self.mask_of_weights = self.mask
        self._penalty = self.probs.new_zeros(())

    def update(self, tau: float | Tensor) -> None:
        """Compute G_prob, and G_hard as 0.0 and 1.0."""
        torch.sigmoid(self.logits, out=self.probs)
        # Into a float buffer: making a bool mask and multiplying by it takes six times longer.
        torch.gt(self.probs, tau, out=self.mask)

    def penalty(self, beta: float | Tensor) -> Tensor:
        """The gradient of the penalty with respect to each G_prob, of the shape of β."""
        if isinstance(beta, Tensor):
            return beta / self.number
        return self._penalty.fill_(beta / self.number)

    def write_gradient(self, d_probs: Tensor) -> None:
        """Set the logits' `.grad`, in the memory of dL/dG_prob."""
        self.logits.grad = _sigmoid_backward(d_probs, self.probs, grad_input=d_probs)


class _InputGates(_Gates):
    """The gates of a layer's inputs."""

    def sums(self, of_weights: Tensor) -> Tensor:
        """The sum over the weights of each gate, of the shape of the logits.

        Args:
            of_weights: A value for each weight, shape (out, in).
        """
        return of_weights.sum(0)


class _BlockGates(_Gates):
    """The gates of blocks of a layer's weights.

    Args:
        weight: W, shape (out, in).
    """

    def __init__(self, logits: nn.Parameter, number: int, weight: Tensor) -> None:
        super().__init__(logits, number)
        self._shape = weight.shape

    def update(self, tau: float | Tensor) -> None:
        super().update(tau)
        self.mask_of_weights = spread(self.mask, *self._shape)

    def sums(self, of_weights: Tensor) -> Tensor:
        """As `_InputGates.sums`."""
        return sums(of_weights)


_GroupGates = _InputGates | _BlockGates


def _cross_entropy(logits: Tensor, y: Tensor, label_smoothing: float) -> tuple[Tensor, Tensor]:
    """L_CE and dL_CE/dlogits = (softmax(logits) - target) / B, target the smoothed one-hot of y.

    Both come from one log-softmax.

    Args:
        logits: Shape (B, classes), or (K, B, classes) of K networks.
        y: Shape (B,).
    """
    *networks, batch, classes = logits.shape
    log_probs = torch.log_softmax(logits, -1)
    labels = y.expand(*networks, -1).unsqueeze(-1)
    loss = -log_probs.gather(-1, labels).mean((-2, -1))
    if label_smoothing:
        loss = torch.lerp(loss, -log_probs.mean((-2, -1)), label_smoothing)
    delta = log_probs.exp_()
    if label_smoothing:
        delta.sub_(label_smoothing / classes)
    delta.scatter_add_(-1, labels, delta.new_full((), label_smoothing - 1).expand_as(labels))
    return loss, delta.div_(batch)
