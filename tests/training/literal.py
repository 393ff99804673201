"""The paper's training in its literal, slow form: the reference for our loop.

It uses autograd on the literal formulas, torch's own Adam, and schedules as functions of progress.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from dgviz.data.split import Splits

Schedule = Callable[[float], float]


def constant(progress: float) -> float:
    return 1.0


def train_literally(
    data: Splits,
    *,
    hidden: int,
    epochs: int,
    batch_size: int,
    steps: int,
    initial_logit: float,
    knobs: Callable[[int], dict[str, float]],
    beta_factor: Schedule = constant,
    tau_factor: Schedule = constant,
    rate_factor: Schedule = constant,
    frozen_from: float = 2.0,
    smoothing: float = 0.0,
    decay: float = 0.0,
    seed: int = 0,
) -> dict[str, Tensor]:
    """Weights, biases and gate logits after `steps` steps, with the names of DynamicGateMLP.

    `knobs(step)` gives beta, tau and learning_rate for the step after `step`.
    """
    torch.manual_seed(seed)
    classes = int(data.test_labels.max()) + 1
    parts: dict[str, Tensor] = {}
    for i, (before, after) in enumerate([(data.train_images.shape[1], hidden), (hidden, classes)]):
        linear = torch.nn.Linear(before, after)
        parts[f"layers.{i}.weight"] = linear.weight.detach().requires_grad_()
        parts[f"layers.{i}.bias"] = linear.bias.detach().requires_grad_()
        logits = torch.full((after, before), float(initial_logit))
        parts[f"layers.{i}.gate_logits"] = logits.requires_grad_()
    optimiser = torch.optim.Adam(parts.values())
    order = torch.Generator().manual_seed(seed)
    images = data.train_images.float() / 255
    total = epochs * -(-len(images) // batch_size)
    step = 0
    while True:
        for batch in torch.randperm(len(images), generator=order).split(batch_size):
            if step == steps:
                return {name: part.detach() for name, part in parts.items()}
            progress, now = step / total, knobs(step)
            tau = now["tau"] * tau_factor(progress)
            x, gates, decayed = images[batch], [], []
            for i in range(2):
                probs = torch.sigmoid(parts[f"layers.{i}.gate_logits"])
                gates.append(probs)
                straight_through = (probs > tau).float() + probs - probs.detach()
                weight = parts[f"layers.{i}.weight"] * straight_through
                decayed += [weight, parts[f"layers.{i}.bias"]]
                x = x @ weight.t() + parts[f"layers.{i}.bias"]
                x = x.relu() if i == 0 else x
            loss = functional.cross_entropy(x, data.train_labels[batch], label_smoothing=smoothing)
            penalty = torch.cat([probs.flatten() for probs in gates]).mean()
            l2 = decay / 2 * sum(part.square().sum() for part in decayed)
            optimiser.zero_grad()
            (loss + now["beta"] * beta_factor(progress) * penalty + l2).backward()
            if progress >= frozen_from:
                for i in range(2):
                    parts[f"layers.{i}.gate_logits"].grad = None
            optimiser.param_groups[0]["lr"] = now["learning_rate"] * rate_factor(progress)
            optimiser.step()
            step += 1
