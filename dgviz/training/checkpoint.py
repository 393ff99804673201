"""All that a run needs to go on as if it had never stopped, as one safetensors blob.

    model.<name>                       the entries of the network's state_dict, its masks included
    optimiser.<parameter>.<key>        what the optimiser keeps of a parameter, Adam for one its
                                       step count and two moments; absent where it keeps nothing
    generator                          uint8: the state of the method's generator
    order                              uint8: the state of the generator that shuffles the images,
                                       from just before it shuffled the epoch under way

and, as JSON under the metadata key `dgviz`, the counters and knobs. Numbers are kept to the last
bit, so on a CPU the run ends with the very numbers that it would have ended with.

The first version wrote `adam` for `optimiser`, and no generator: its methods used none.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor

from dgviz.methods.method import Method
from dgviz.settings import KNOBS
from dgviz.training.blob import pack, unpack
from dgviz.training.evaluate import Evaluation
from dgviz.training.knobs import LIVE


class CheckpointError(ValueError):
    """A checkpoint that this run cannot go on from; the message is one sentence."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a run after `step` steps.

    Attributes:
        knobs: the live knobs' values in the last step.
        loss, correct, images: summed over the batches since the newest log point.
        evaluation: the newest one.
        evaluation_due: whether tau has been moved since, so that the next log point evaluates.
        events: how many have been logged.
        model: by name in the state_dict; copies.
        optimiser: by parameter name, then by what is kept of it; copies.
        generator: see above; None in a checkpoint of the first version.
        order: see above.
    """

    step: int
    knobs: dict[str, float]
    loss: float
    correct: int
    images: int
    evaluation: Evaluation
    evaluation_due: bool
    events: int
    model: dict[str, Tensor]
    optimiser: dict[str, dict[str, Tensor]]
    generator: Tensor | None
    order: Tensor

    @property
    def is_finite(self) -> bool:
        """Whether every number in it is finite: anything else is not worth going on from."""
        moments = [tensor for state in self.optimiser.values() for tensor in state.values()]
        return all(bool(torch.isfinite(t).all()) for t in [*self.model.values(), *moments])


def optimiser_state(
    model: torch.nn.Module, optimiser: torch.optim.Optimizer
) -> dict[str, dict[str, Tensor]]:
    """What the optimiser keeps of each parameter, by the parameter's name; copies."""
    return {
        name: {key: value.detach().clone() for key, value in optimiser.state[parameter].items()}
        for name, parameter in model.named_parameters()
        if parameter in optimiser.state
    }


@torch.no_grad()
def restore(checkpoint: Checkpoint, method: Method, optimiser: torch.optim.Optimizer) -> None:
    """Put the network, the optimiser and the method's generator back, into memory of their own.

    Raises:
        CheckpointError: they are not those of this method.
    """
    # Before the network is put back: asking what the optimiser keeps moves it.
    kept = _expected_state(optimiser)
    restore_model(checkpoint, method.model)
    names = {parameter: name for name, parameter in method.model.named_parameters()}
    if checkpoint.optimiser.keys() - names.values():
        raise CheckpointError("The checkpoint belongs to another kind of network.")
    state: dict[int, dict[str, Tensor]] = {}
    # The optimiser numbers its parameters by their groups.
    for number, (parameter, expected) in enumerate(kept.items()):
        found = checkpoint.optimiser.get(names[parameter])
        if found is None:
            continue
        if found.keys() != expected.keys():
            raise CheckpointError(
                f"The checkpoint lacks a part of the optimiser's state of {names[parameter]}."
            )
        for key, tensor in found.items():
            _check_like(expected[key], tensor, f"the optimiser's {key} of {names[parameter]}")
            if not tensor.ndim and tensor < 0:
                raise CheckpointError(f"The optimiser's {key} in the checkpoint is below 0.")
        state[number] = {key: tensor.clone() for key, tensor in found.items()}
    optimiser.load_state_dict({**optimiser.state_dict(), "state": state})
    if checkpoint.generator is not None:
        method.generator.set_state(checkpoint.generator)


@torch.no_grad()
def restore_model(checkpoint: Checkpoint, model: torch.nn.Module) -> None:
    """Put the network back.

    Raises:
        CheckpointError: it is another one's.
    """
    state = model.state_dict()
    if state.keys() != checkpoint.model.keys():
        raise CheckpointError("The checkpoint belongs to another kind of network.")
    for name, value in state.items():
        _check_like(value, checkpoint.model[name], name)
        value.copy_(checkpoint.model[name])


def _expected_state(
    optimiser: torch.optim.Optimizer,
) -> dict[torch.nn.Parameter, dict[str, Tensor]]:
    """What the optimiser keeps of each parameter, in its order, once it has taken a step.

    It is stepped once with gradients of 0, and left without state. Weight decay moves the
    parameters: put them back afterwards.
    """
    parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    optimiser.step()
    kept = {parameter: dict(optimiser.state[parameter]) for parameter in parameters}
    optimiser.state.clear()
    optimiser.zero_grad()
    return kept


def pack_checkpoint(checkpoint: Checkpoint) -> bytes:
    """As bytes."""
    tensors = {f"model.{name}": tensor for name, tensor in checkpoint.model.items()}
    for name, state in checkpoint.optimiser.items():
        tensors |= {f"optimiser.{name}.{key}": tensor for key, tensor in state.items()}
    if checkpoint.generator is not None:
        tensors["generator"] = checkpoint.generator
    tensors["order"] = checkpoint.order
    counters = {
        "step": checkpoint.step,
        "knobs": checkpoint.knobs,
        "loss": checkpoint.loss,
        "correct": checkpoint.correct,
        "images": checkpoint.images,
        "evaluation": asdict(checkpoint.evaluation),
        "evaluation_due": checkpoint.evaluation_due,
        "events": checkpoint.events,
    }
    return pack(tensors, counters)


def unpack_checkpoint(blob: bytes) -> Checkpoint:
    """The inverse.

    Raises:
        CheckpointError: the blob is truncated, damaged or foreign, or holds a number that is not
            finite.
    """
    try:
        tensors, counters = unpack(blob)
        model: dict[str, Tensor] = {}
        optimiser: dict[str, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            part, _, rest = name.partition(".")
            if part == "model":
                model[rest] = tensor
            elif part in ("optimiser", "adam"):
                parameter, _, key = rest.rpartition(".")
                optimiser.setdefault(parameter, {})[key] = tensor
        checkpoint = Checkpoint(
            step=_whole(counters["step"]),
            knobs={name: KNOBS[name].check(counters["knobs"][name]) for name in LIVE},
            loss=float(counters["loss"]),
            correct=_whole(counters["correct"]),
            images=_whole(counters["images"]),
            evaluation=_evaluation(**counters["evaluation"]),
            evaluation_due=bool(counters["evaluation_due"]),
            events=_whole(counters.get("events", 0)),
            model=model,
            optimiser=optimiser,
            generator=tensors.get("generator"),
            order=tensors["order"],
        )
        for state in (checkpoint.order, checkpoint.generator):
            if state is not None:
                torch.Generator().set_state(state)
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as problem:
        raise CheckpointError("The checkpoint is damaged or is none of dgviz's.") from problem
    if not checkpoint.is_finite or not math.isfinite(checkpoint.loss):
        raise CheckpointError("The checkpoint holds numbers that are not finite.")
    return checkpoint


def _check_like(parameter: Tensor, other: Tensor, name: str) -> None:
    if parameter.shape != other.shape or parameter.dtype != other.dtype:
        expected, found = tuple(parameter.shape), tuple(other.shape)
        raise CheckpointError(
            f"In the checkpoint {name} is {other.dtype} of shape {found}; this network's is "
            f"{parameter.dtype} of shape {expected}."
        )


def _evaluation(
    test_accuracy: float, test_loss: float, validation_accuracy: float | None
) -> Evaluation:
    held_out = None if validation_accuracy is None else float(validation_accuracy)
    return Evaluation(float(test_accuracy), float(test_loss), held_out)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is not a count.")
    return value
