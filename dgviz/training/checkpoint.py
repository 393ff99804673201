"""The complete state of a run after a step, from which it can be resumed, as a safetensors blob.

    model.<name>                       the entries of the network's state_dict, its masks included
    optimiser.<parameter>.<key>        the optimiser's state of a parameter: for Adam the step
                                       count and two moments; absent if it has none
    generator                          uint8: the state of the method's generator
    order                              uint8: the state of the generator that shuffles the images,
                                       from just before it shuffled the present epoch
    answers                            float32 (t, classes): the teacher's for the training images;
                                       absent without a teacher

The counters and knobs are JSON under the metadata key `dgviz`. Numbers are stored exactly, so on a
CPU a resumed run ends with the same numbers as one that was never stopped.

The first version wrote `adam` for `optimiser`, and no generator: its methods used none. Earlier
versions wrote no options of the optimiser, and no routing in the evaluation; L0's optimiser had a
single group.
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
from dgviz.training.routing import Routing

_LARGEST_OPTION = 1e6
"""Of an option of an optimiser: those in use are below 1, or counts of steps."""


class CheckpointError(ValueError):
    """A run cannot be resumed from a checkpoint; the message is one sentence."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a run after `step` steps.

    Attributes:
        knobs: the live knobs' values in the last step.
        loss, correct, images: sums over the batches since the newest log point.
        evaluation: the newest evaluation.
        evaluation_due: whether tau has been moved since, so that the next log point evaluates.
        events: number of events logged so far.
        model: copies of the entries of the state_dict, by name.
        optimiser: copies of the optimiser's state, by parameter name and key.
        options: see `optimiser_options`; None in a checkpoint of an earlier version.
        generator: see above; None in a checkpoint of the first version.
        order, answers: see above.
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
    options: list[dict[str, Any]] | None
    generator: Tensor | None
    order: Tensor
    answers: Tensor | None = None

    @property
    def is_finite(self) -> bool:
        """Whether every number in the network and the optimiser is finite."""
        moments = [tensor for state in self.optimiser.values() for tensor in state.values()]
        return all(bool(torch.isfinite(t).all()) for t in [*self.model.values(), *moments])

    def check_answers(self, images: int, classes: int) -> None:
        """Check that a teacher's answers, if there are any, are for this many images and classes.

        Raises:
            CheckpointError: they are not.
        """
        if self.answers is not None and self.answers.shape != (images, classes):
            raise CheckpointError("The checkpoint has a teacher's answers for other images.")


def optimiser_state(
    model: torch.nn.Module, optimiser: torch.optim.Optimizer
) -> dict[str, dict[str, Tensor]]:
    """Copies of the optimiser's state of each parameter, by the parameter's name."""
    return {
        name: {key: value.detach().clone() for key, value in optimiser.state[parameter].items()}
        for name, parameter in model.named_parameters()
        if parameter in optimiser.state
    }


def optimiser_options(optimiser: torch.optim.Optimizer) -> list[dict[str, Any]]:
    """The numbers among the options of each of the optimiser's groups, but for its learning rate.

    A method may change these during a run. All other options are those with which the method makes
    its optimiser, such as whether it is fused. Tuples are given as lists.
    """
    return [
        {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in group.items()
            if key != "lr" and _is_option(value)
        }
        for group in optimiser.param_groups
    ]


def _is_option(value: Any) -> bool:
    """Whether a value is a number of moderate size, or a list or tuple of such numbers."""
    if isinstance(value, list | tuple):
        return all(_is_option(one) for one in value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) < _LARGEST_OPTION


@torch.no_grad()
def restore(checkpoint: Checkpoint, method: Method, optimiser: torch.optim.Optimizer) -> None:
    """Restore the network, the optimiser and the method's generator; the tensors are copied.

    Raises:
        CheckpointError: the checkpoint does not fit this method.
    """
    # Before the network is restored, because this changes its parameters.
    states = _expected_state(optimiser)
    restore_model(checkpoint, method.model)
    routing = checkpoint.evaluation.routing
    if any(len(row) != len(method.routes) for row in (routing.by_class if routing else ())):
        raise CheckpointError("The checkpoint belongs to a network with other routes.")
    names = {parameter: name for name, parameter in method.model.named_parameters()}
    if checkpoint.optimiser.keys() - names.values():
        raise CheckpointError("The checkpoint belongs to another kind of network.")
    state: dict[int, dict[str, Tensor]] = {}
    # The optimiser numbers its parameters by their groups.
    for number, (parameter, expected) in enumerate(states.items()):
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
    if checkpoint.options is not None:
        _restore_options(checkpoint.options, optimiser)
    if checkpoint.generator is not None:
        method.generator.set_state(checkpoint.generator)


def _restore_options(options: list[dict[str, Any]], optimiser: torch.optim.Optimizer) -> None:
    """Set the options of the optimiser's groups; those of another version of PyTorch are ignored.

    Raises:
        CheckpointError: the optimiser has another number of groups.
    """
    own = optimiser_options(optimiser)
    if len(options) == 1:
        # An optimiser of several groups may have had a single one in an earlier version.
        options = options * len(own)
    if len(options) != len(own):
        raise CheckpointError("The checkpoint belongs to another optimiser.")
    for group, known, saved in zip(optimiser.param_groups, own, options, strict=True):
        for key in known.keys() & saved.keys():
            group[key] = tuple(saved[key]) if isinstance(group[key], tuple) else saved[key]


@torch.no_grad()
def restore_model(checkpoint: Checkpoint, model: torch.nn.Module) -> None:
    """Restore the network.

    Raises:
        CheckpointError: the checkpoint is of a network with other parameters.
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
    """The state that the optimiser has of each parameter, in its order, after a step.

    It takes one step with gradients of 0, and its state is then cleared. Weight decay changes the
    parameters: restore them afterwards.
    """
    parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    optimiser.step()
    states = {parameter: dict(optimiser.state[parameter]) for parameter in parameters}
    optimiser.state.clear()
    optimiser.zero_grad()
    return states


def pack_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Pack a checkpoint into a blob."""
    tensors = {f"model.{name}": tensor for name, tensor in checkpoint.model.items()}
    for name, state in checkpoint.optimiser.items():
        tensors |= {f"optimiser.{name}.{key}": tensor for key, tensor in state.items()}
    if checkpoint.generator is not None:
        tensors["generator"] = checkpoint.generator
    tensors["order"] = checkpoint.order
    if checkpoint.answers is not None:
        tensors["answers"] = checkpoint.answers
    counters = {
        "step": checkpoint.step,
        "knobs": checkpoint.knobs,
        "loss": checkpoint.loss,
        "correct": checkpoint.correct,
        "images": checkpoint.images,
        "evaluation": asdict(checkpoint.evaluation),
        "evaluation_due": checkpoint.evaluation_due,
        "events": checkpoint.events,
        "options": checkpoint.options,
    }
    return pack(tensors, counters)


def unpack_checkpoint(blob: bytes) -> Checkpoint:
    """Unpack a blob of `pack_checkpoint`.

    Raises:
        CheckpointError: the blob is truncated, damaged or not a checkpoint, or has a number that
            is not finite.
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
        known = counters["knobs"]
        checkpoint = Checkpoint(
            step=_whole(counters["step"]),
            # A later version may have more live knobs: these start as the settings have them.
            knobs={name: KNOBS[name].check(known[name]) for name in LIVE if name in known},
            loss=float(counters["loss"]),
            correct=_whole(counters["correct"]),
            images=_whole(counters["images"]),
            evaluation=_evaluation(**counters["evaluation"]),
            evaluation_due=bool(counters["evaluation_due"]),
            events=_whole(counters.get("events", 0)),
            model=model,
            optimiser=optimiser,
            options=_options(counters.get("options")),
            generator=tensors.get("generator"),
            order=tensors["order"],
            answers=_answers(tensors.get("answers")),
        )
        for state in (checkpoint.order, checkpoint.generator):
            if state is not None:
                torch.Generator().set_state(state)
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as problem:
        raise CheckpointError("The checkpoint is damaged or was not made by dgviz.") from problem
    if not checkpoint.is_finite or not math.isfinite(checkpoint.loss):
        raise CheckpointError("The checkpoint has numbers that are not finite.")
    return checkpoint


def _check_like(parameter: Tensor, other: Tensor, name: str) -> None:
    if parameter.shape != other.shape or parameter.dtype != other.dtype:
        expected, found = tuple(parameter.shape), tuple(other.shape)
        raise CheckpointError(
            f"In the checkpoint {name} is {other.dtype} of shape {found}; this network's is "
            f"{parameter.dtype} of shape {expected}."
        )


def _answers(value: Tensor | None) -> Tensor | None:
    """Check a teacher's answers."""
    if value is None:
        return None
    if value.ndim != 2 or value.dtype != torch.float32 or not bool(torch.isfinite(value).all()):
        raise ValueError("A teacher's answers are finite float32 numbers for images and classes.")
    return value


def _evaluation(
    test_accuracy: float,
    test_loss: float,
    validation_accuracy: float | None,
    routing: dict[str, Any] | None = None,
) -> Evaluation:
    held_out = None if validation_accuracy is None else float(validation_accuracy)
    routed = None if routing is None else _routing(**routing)
    return Evaluation(float(test_accuracy), float(test_loss), held_out, routed)


def _routing(
    by_class: list[list[float]], mean: list[float], images: int, macs_per_input: float
) -> Routing:
    *rows, overall = (tuple(float(share) for share in row) for row in [*by_class, mean])
    if not all(0 <= share <= 1 for row in [*rows, overall] for share in row):
        raise ValueError("A share of a route is in [0, 1].")
    if not 0 <= macs_per_input < math.inf:
        raise ValueError(f"{macs_per_input!r} is no number of multiply-accumulates.")
    return Routing(tuple(rows), overall, _whole(images), float(macs_per_input))


def _options(value: Any) -> list[dict[str, Any]] | None:
    """Check the options of the optimiser's groups."""
    if value is None:
        return None
    groups = [dict(group) for group in value]
    for option in (option for group in groups for option in group.values()):
        if not _is_option(option):
            raise ValueError(f"{str(option)[:40]} is no option.")
    return groups


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is not a count.")
    return value
