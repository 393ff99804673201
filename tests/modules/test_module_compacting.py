"""`dgviz.compact` computes the same as the gated module, and removes what can be removed."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

import dgviz
from dgviz.modules.kinds import Word
from dgviz.modules.report import Report

ACTIVATIONS = (
    nn.ReLU, nn.GELU, nn.SiLU, nn.Sigmoid, nn.Tanh, nn.ELU, nn.Hardtanh, nn.LeakyReLU, nn.Softplus,
    nn.Hardswish, nn.Identity,
)  # fmt: skip


class Residual(nn.Module):
    def __init__(self, channels: int, hidden: int, activation: type[nn.Module]) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, hidden, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(hidden)
        self.activation = activation()
        self.second = nn.Conv2d(hidden, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(self.activation(self.norm(self.first(x))))


class Attention(nn.Module):
    """Attention and an MLP of its own, as in a vision transformer."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 3 * width), nn.GELU(), nn.Linear(3 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        n, places, width = x.shape
        split = self.qkv(self.norm(x)).view(n, places, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(*split).transpose(1, 2).reshape(n, places, width)
        x = x + self.out(attended)
        return x + self.mlp(x)


class Patches(nn.Module):
    """Channels become the width of a sequence."""

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(2).transpose(1, 2)


class Mean(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean(1)


@st.composite
def modules(draw: st.DrawFn) -> nn.Sequential:
    """A random network for images (n, 2, 8, 8): convolutions, then linear layers or attention."""
    activation = draw(st.sampled_from(ACTIVATIONS))
    layers: list[nn.Module] = []
    channels, size = 2, 8
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["conv", "conv", "residual", "pool"]))
        if kind == "conv":
            made, padding = draw(st.integers(1, 6)), draw(st.integers(0, 1))
            kernel = draw(st.sampled_from([1, 3])) if size > 2 else 1
            groups = draw(st.sampled_from([1, 1, math.gcd(channels, made)]))
            layers.append(
                nn.Conv2d(
                    channels, made, kernel, padding=padding, groups=groups, bias=draw(st.booleans())
                )
            )
            channels, size = made, size + 2 * padding - kernel + 1
            layers += [nn.BatchNorm2d(channels)] if draw(st.booleans()) else []
            layers.append(activation())
        elif kind == "residual":
            layers.append(Residual(channels, draw(st.integers(1, 6)), activation))
        elif size >= 4:
            pools = [nn.MaxPool2d(2), nn.AvgPool2d(2), nn.AvgPool2d(3, 2, 1), nn.MaxPool2d(3, 2, 1)]
            layers.append(draw(st.sampled_from(pools)))
            size = (size + 1) // 2 if layers[-1].padding else size // 2  # type: ignore
    end = draw(st.sampled_from(["flatten", "average", "attention", "transformer"]))
    if end == "flatten":
        layers += [nn.Flatten()]
        channels *= size * size
    elif end == "average":
        layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    else:
        layers += [nn.Conv2d(channels, 4, 1), Patches()]
        channels = 4
        layers.append(
            Attention(4, 2)
            if end == "attention"
            else nn.TransformerEncoderLayer(4, 2, 8, dropout=0.1, batch_first=True)
        )
        layers.append(Mean())
    for _ in range(draw(st.integers(0, 2))):
        made = draw(st.integers(1, 8))
        layers += [nn.Linear(channels, made, bias=draw(st.booleans())), activation()]
        layers += [nn.BatchNorm1d(made)] if draw(st.booleans()) else []
        channels = made
    return nn.Sequential(*layers, nn.Linear(channels, 3))


@given(
    model=modules(),
    word=st.sampled_from(["weight", "output", "input", "weight-input", "weight-input-output"]),
    open_gates=st.sampled_from([-0.5, 0.5, 1.5]),
    seed=st.integers(0, 2**30),
)
@settings(max_examples=12)
def test_a_compacted_module_computes_the_same(
    model: nn.Sequential, word: Word, open_gates: float, seed: int
) -> None:
    torch.manual_seed(seed)
    model.double()
    for _ in range(2):
        model(torch.randn(5, 2, 8, 8, dtype=torch.float64))
    dgviz.gate(model, gates=word)
    for logits in dgviz.split_parameters(model)[1]:
        nn.init.normal_(logits, open_gates)
    try:
        compacted, report = dgviz.compact(model, torch.randn(1, 2, 8, 8, dtype=torch.float64))
    except ValueError as all_closed:
        assert "Every gate is closed" in str(all_closed)
        return
    images = torch.randn(4, 2, 8, 8, dtype=torch.float64)
    expected = model.eval()(images)
    torch.testing.assert_close(compacted(images), expected, rtol=1e-10, atol=1e-10)
    assert report.total_after.parameters == sum(p.numel() for p in compacted.parameters())
    assert report.total_after.parameters <= report.total_before.parameters + 20
    assert report.total_after.macs <= report.total_before.macs  # type: ignore[operator]
    # The layers say their real widths.
    for layer in compacted.modules():
        if isinstance(layer, nn.Linear):
            assert layer.weight.shape == (layer.out_features, layer.in_features)
        elif isinstance(layer, nn.Conv2d):
            assert layer.weight.shape[0] == layer.out_channels
            assert layer.weight.shape[1] * layer.groups == layer.in_channels
        elif isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            assert layer.running_mean is not None and layer.weight.shape == (layer.num_features,)


def with_closed(module: Any, closed: dict[str, list[int]], gates: Word) -> Any:
    """The module with gates of one kind, of which some are closed, by the name of the layer."""
    dgviz.gate(module, gates=gates)
    for name, which in closed.items():
        gates_module = module.get_submodule(name).gates["weight"]
        with torch.no_grad():
            getattr(gates_module, f"{gates}_logits")[which] = -1
    return module


def compacted(module: Any, shape: tuple[int, ...]) -> tuple[Any, Report]:
    """Compact a module, and compare it on inputs other than the example."""
    result, report = dgviz.compact(module, torch.randn(1, *shape[1:]))
    inputs = torch.randn(shape)
    torch.testing.assert_close(result(inputs), module.eval()(inputs), rtol=1e-4, atol=1e-5)
    return result, report


def test_units_that_no_layer_reads_are_removed() -> None:
    model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Dropout(), nn.Linear(5, 2))
    result, report = compacted(with_closed(model, {"3": [1, 4]}, "input"), (4, 3))
    assert result[0].out_features == result[3].in_features == 3
    assert (report.before["0"].parameters, report.after["0"].parameters) == (20, 12)
    assert (report.total_before.macs, report.total_after.macs) == (25, 15)
    assert report.total_after.zeros == 0 and list(report.stays) == []


def test_constant_units_are_added_to_the_next_bias() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.Sigmoid(), nn.Linear(5, 2, bias=False))
    with_closed(model, {"0": [0, 2]}, "output")
    result, _ = compacted(model, (4, 3))
    assert result[0].out_features == 3
    torch.testing.assert_close(result[2].bias, model[2].weight[:, [0, 2]].sum(1) / 2)


def test_channels_are_removed_through_batch_norm_pooling_and_flattening() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Conv2d(6, 4, 3), nn.GELU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(16, 3),
    )  # fmt: skip
    model(torch.randn(9, 1, 8, 8))
    closed = {"4": [0, 5], "8": [4, 5, 6, 7, 8]}
    result, report = compacted(with_closed(model, closed, "input"), (4, 1, 8, 8))
    assert result[0].out_channels == result[1].num_features == result[4].in_channels == 4
    # Channel 1 is gone with its four places; one closed place of channel 2 is not enough.
    assert result[4].out_channels == 3 and result[8].in_features == 12
    assert report.stays == [
        "Layer '8' keeps 1 of 12 inputs without weights: the outputs of '4' that they belong to "
        "are read by others."
    ]


@pytest.mark.parametrize("padding", [0, 1, "same"])
def test_a_constant_channel_stays_where_zeros_are_around_it(padding: Any) -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.Sigmoid(), nn.Conv2d(4, 2, 3, padding=padding), nn.Flatten(),
        nn.Linear(2 * (16 if padding == 0 else 36), 2),
    )  # fmt: skip
    result, report = compacted(with_closed(model, {"0": [3]}, "output"), (2, 1, 8, 8))
    assert result[0].out_channels == (3 if padding == 0 else 4)
    reason = "constants other than 0, which a layer with zero padding reads"
    assert any(reason in sentence for sentence in report.stays) == (padding != 0)


def test_a_channel_that_is_zero_is_removed_in_spite_of_padding() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 3, padding=1))
    result, _ = compacted(with_closed(model, {"0": [0, 3]}, "output"), (2, 1, 8, 8))
    assert result[0].out_channels == 2


def test_removed_units_make_others_unread() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    dgviz.gate(model)
    with torch.no_grad():
        # Only unit 0 of the second layer reads unit 1 of the first, and nothing reads unit 0.
        model[2].gates["weight"].weight_logits[1:, 1] = -1
        model[4].gates["weight"].weight_logits[:, 0] = -1
    result, _ = compacted(model, (4, 3))
    assert [result[i].out_features for i in (0, 2, 4)] == [3, 3, 2]


def test_a_layer_keeps_one_unit() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    result, report = compacted(with_closed(model, {"2": [0, 1, 2, 3]}, "input"), (4, 3))
    assert result[0].out_features == 1
    assert "Layer '2' keeps 1 of 1 input without weights: a layer has one input at least." in (
        report.stays
    )
    again, _ = compacted(dgviz.gate(result), (4, 3))
    assert again[0].out_features == 1


def test_a_residual_connection_and_the_outputs_keep_their_width() -> None:
    model = nn.Sequential(nn.Conv2d(1, 3, 1), Residual(3, 6, nn.ReLU), nn.Conv2d(3, 2, 1))
    model(torch.randn(4, 1, 5, 5))
    closed = {"0": [1], "1.second": [0], "2": [1]}
    result, report = compacted(with_closed(model, closed, "output"), (2, 1, 5, 5))
    assert [result[0].out_channels, result[2].out_channels] == [3, 2]
    text = str(report)
    assert "Layer '0' keeps 1 of 3 outputs without weights: its outputs are combined" in text
    assert "Layer '1.second' keeps 1 of 3 outputs" in text
    assert "Layer '2' keeps 1 of 2 outputs without weights: its outputs are those of" in text


def test_a_transformer_loses_hidden_units_and_keeps_its_heads() -> None:
    model = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
    with_closed(model, {"linear2": [0, 1, 2]}, "input")
    with torch.no_grad():
        model.self_attn.gates["in_proj_weight"].input_logits[0] = -1
    result, report = compacted(model, (2, 3, 4))
    assert result.linear1.out_features == result.linear2.in_features == 5
    assert "Layer 'self_attn' keeps its width and its zeros" in str(report)
    # Three positions, four projections of 4 to 4.
    assert report.after["self_attn"].macs == 3 * 4 * 16


def test_the_biases_of_keys_and_values_are_no_weights() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attention = nn.MultiheadAttention(4, 2, add_bias_kv=True, batch_first=True)
            nn.init.zeros_(self.attention.bias_k)  # type: ignore[arg-type]

        def forward(self, x: Tensor) -> Tensor:
            return self.attention(x, x, x)[0]

    report = dgviz.compact(dgviz.gate(Own()), torch.randn(1, 3, 4)).report
    size = report.after["attention"]
    assert (size.parameters, size.weights, size.zeros) == (4 * 4 * 5 + 2 * 4, 4 * 4 * 4, 0)
    assert report.stays == []


class NumbersInCode(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.other = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 1)
        self.hidden, self.head = nn.Linear(16, 6), nn.Linear(6, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.other(F.relu(self.conv(x))))
        return self.head(F.relu(self.hidden(x.view(-1, 16))))


class Between(nn.Module):
    """An operation between two layers."""

    def __init__(self, operation: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 2, 1)
        self.operation = operation

    def forward(self, x: Tensor) -> Tensor:
        return self.two(self.operation(self.one(x)))


@pytest.mark.parametrize(
    ("operation", "left"),
    [
        (lambda h: h.contiguous(memory_format=torch.channels_last), 3),
        (lambda h: h.to(torch.float64, memory_format=torch.channels_last).float(), 3),
        (lambda h: h.to(torch.float32), 3),
        (lambda h: (~(h > 0.1)).float(), 3),
        (lambda h: h + h.mean(dim=None), 4),
        (lambda h: torch.frexp(h).mantissa, 4),
    ],
)
def test_an_operation_is_followed_or_keeps_the_width(
    operation: Callable[[Tensor], Tensor], left: int
) -> None:
    torch.manual_seed(0)
    model = with_closed(Between(operation), {"one": [2]}, "output")
    result, report = compacted(model, (2, 1, 4, 4))
    assert result.one.out_channels == left
    assert bool(report.stays) == (left == 4)


@pytest.mark.parametrize(
    "norm",
    [
        nn.BatchNorm2d(4, track_running_stats=False),
        lambda h: F.batch_norm(h, torch.zeros(4), torch.ones(4), training=True),
    ],
)
def test_a_batch_norm_with_the_statistics_of_the_batch_is_named(norm: Any) -> None:
    model = with_closed(Between(norm), {"one": [2]}, "output")
    _, report = compacted(model, (2, 1, 4, 4))
    assert report.stays == [
        "Layer 'one' keeps 1 of 4 outputs without weights: its outputs are read by a batch norm "
        "with the statistics of the batch, through which they are not followed."
    ]


class WidthInFormula(nn.Module):
    """Its code runs with every width, and computes something else."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.head = nn.Linear(3, 4), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.head(self.hidden(x)) * self.hidden.out_features, x * 1e7


def test_a_width_in_a_formula_is_kept_though_another_output_is_large() -> None:
    model = with_closed(WidthInFormula(), {"head": [1, 2]}, "input").eval()
    x = torch.randn(3, 3)
    result, report = dgviz.compact(model, x)
    torch.testing.assert_close(result(x), model(x))
    assert result.get_submodule("hidden").out_features == 4
    assert "the outputs of 'hidden' are needed by the module's own code" in str(report)


def test_a_width_that_is_a_number_in_the_code_is_kept() -> None:
    closed = {"other": [2], "hidden": [0, 1, 2, 3], "head": [5]}
    result, report = compacted(with_closed(NumbersInCode(), closed, "input"), (3, 1, 4, 4))
    assert result.conv.out_channels == 3 and result.head.in_features == 5
    assert result.other.out_channels == 4
    assert report.stays == [
        "Layer 'hidden' keeps 4 of 16 inputs without weights: the outputs of 'other' are needed by "
        "the module's own code, which without them fails or computes something else."
    ]


class Unrecordable(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(3, 4), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.one(x)
        return self.two(hidden if float(hidden.sum()) > 0 else -hidden)


def test_a_module_that_cannot_be_recorded_keeps_its_widths() -> None:
    result, report = compacted(with_closed(Unrecordable(), {"two": [0]}, "input"), (2, 3))
    assert result.one.out_features == 4 and type(result.two) is nn.Linear
    assert report.stays[0].startswith("No layer becomes narrower, because torch.export cannot")


class Functional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(3, 4), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(F.relu(self.one(x)), self.two.weight, self.two.bias)


def test_code_that_takes_a_weight_itself_keeps_the_width() -> None:
    result, report = compacted(with_closed(Functional(), {"two": [0]}, "input"), (2, 3))
    assert result.one.out_features == 4
    assert "two" in report.after and report.after["two"].macs is None


def test_tied_weights_keep_their_width() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.body = nn.Embedding(5, 4), nn.Linear(4, 4)
            self.head = nn.Linear(4, 5)
            self.head.weight = self.embed.weight

        def forward(self, words: Tensor) -> Tensor:
            return self.head(torch.sigmoid(self.body(self.embed(words))))

    model = dgviz.gate(Tied(), gates="output", skip=["head"])
    with torch.no_grad():
        model.body.gates["weight"].output_logits[0] = -1  # type: ignore[union-attr, index]
    words = torch.tensor([[0, 1, 4]])
    result, report = dgviz.compact(model, words)
    assert result.head.weight is result.embed.weight
    torch.testing.assert_close(result(words), model(words))
    assert report.stays == [
        "Layer 'body' keeps 1 of 4 outputs without weights: its outputs are read with a weight "
        "that is used more than once, or not by its layer."
    ]


def test_several_arguments_and_outputs() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two, self.three = nn.Linear(3, 4), nn.Linear(4, 2), nn.Linear(4, 1)

        def forward(self, x: Tensor, y: Tensor) -> dict[str, Any]:
            hidden = torch.tanh(self.one(x + y))
            return {"a": self.two(hidden), "b": [self.three(hidden)], "n": 3}

    model = with_closed(Two(), {"two": [0, 1], "three": [1, 2]}, "input")
    result, _ = dgviz.compact(model, (torch.randn(2, 3), torch.randn(2, 3)))
    assert result.get_submodule("one").out_features == 3


def nan_gate() -> nn.Module:
    model = dgviz.gate(nn.Sequential(nn.Linear(2, 2)))
    with torch.no_grad():
        model[0].gates["weight"].weight_logits[0, 0] = math.nan
    return model


def nan_weight() -> nn.Module:
    model = dgviz.gate(nn.Sequential(nn.Linear(2, 2)))
    with torch.no_grad():
        model[0]._parameters["weight"][0, 0] = math.inf
    return model


class Random(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 2)

    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(self.fc(x), 0.5)


class Keeping(nn.Module):
    """Keeps what it computed."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.hidden = torch.zeros(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        self.hidden = self.fc(x)
        return self.hidden


def after_a_call() -> nn.Module:
    model = dgviz.gate(Keeping())
    model(torch.ones(1, 2))
    return model


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (3, "module must be a torch.nn.Module, not int"),
        (dgviz.gate(nn.Linear(2, 2)).to("meta"), "The layer is on the meta device"),
        (after_a_call(), "Keeping cannot be copied by copy.deepcopy"),
        (nn.Sequential(nn.Linear(2, 2)), "Sequential has no layer with gates"),
        (dgviz.gate(nn.Linear(2, 2), initial_logit=-1.0), "Every gate is closed"),
        (nan_gate(), "Layer '0' has a gate that is NaN"),
        (nan_weight(), "Layer '0' has a weight that is NaN or infinite"),
        (dgviz.gate(Random()), "The compacted module computes something else"),
    ],
)
def test_what_cannot_be_compacted_is_refused(module: nn.Module, message: str) -> None:
    torch.manual_seed(1)
    with pytest.raises(ValueError, match=message):
        dgviz.compact(module, torch.randn(8, 2))


@pytest.mark.parametrize(
    ("example", "words"),
    [
        ("x", r"not str \(TypeError: .*\)\.$"),
        (
            torch.zeros(8, 3),
            r"not a tensor of shape \(8, 3\) \(RuntimeError: mat1 ",
        ),
        ((torch.zeros(8, 2), 1), r"shape \(8, 2\) and int \(TypeError: "),
    ],
)
def test_an_example_that_does_not_fit_is_refused_in_one_sentence(example: Any, words: str) -> None:
    model = dgviz.gate(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)))
    with pytest.raises(ValueError, match=rf"^example must be a tensor or .* {words}") as refused:
        dgviz.compact(model, example)
    assert "\n" not in str(refused.value)


class Branching(nn.Module):
    """Its code depends on a value, so torch.export cannot record it."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(2, 3), nn.Linear(3, 1)

    def forward(self, x: Tensor) -> Tensor:
        units = self.first(x).relu()
        return self.second(units if units.sum() > 0 else units + 1)


def test_a_module_that_cannot_be_recorded_is_told_in_the_report_alone() -> None:
    # In a process of its own, because pytest takes the handlers of torch's log.
    here = Path(__file__).parent
    code = (
        "import torch, dgviz; from test_module_compacting import Branching; "
        "print(dgviz.compact(dgviz.gate(Branching()), torch.ones(1, 2)).report)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parents[1]), str(here)])},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "because torch.export cannot record the module (GuardOnData" in done.stdout
    assert done.stderr == ""


def test_the_given_module_does_not_change() -> None:
    model = with_closed(
        nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2)), {"2": [1]}, "input"
    )
    before = {name: part.clone() for name, part in model.state_dict().items()}
    result, _ = dgviz.compact(model, torch.randn(1, 3))
    assert model.training and not result.training
    after = model.state_dict()
    assert all(torch.equal(after[name], part) for name, part in before.items())
    result(torch.randn(2, 3)).sum().backward()


def test_outputs_are_compared_in_full_precision_and_the_setting_comes_back() -> None:
    def precisions() -> list[str]:
        backends: Any = torch.backends
        parts = (backends.cudnn.conv, backends.cuda.matmul, backends.mkldnn.matmul)
        return [part.fp32_precision for part in parts]

    seen = []
    model = dgviz.gate(nn.Linear(2, 2))
    model.register_forward_hook(lambda *_: seen.append(precisions()))
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        own = precisions()
        dgviz.compact(model, torch.randn(1, 2))
        assert seen[0] == seen[-1] == ["ieee"] * 3 != own == precisions()
        assert torch.get_float32_matmul_precision() == "high"
    finally:
        torch.set_float32_matmul_precision(before)


def test_the_report_is_a_table() -> None:
    model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))
    text = str(dgviz.compact(with_closed(model, {"2": [1, 4]}, "input"), torch.randn(1, 3)).report)
    assert text.splitlines()[:5] == [
        "layer      width  parameters  of them 0     MACs",
        "0      3×5 → 3×3     20 → 12          0   15 → 9",
        "2      5×2 → 3×2      12 → 8      4 → 0   10 → 6",
        "all                  32 → 20      4 → 0  25 → 15",
        "62.50% of the parameters are left. The outputs for the example differ by at most "
        + text.rpartition("at most ")[2],
    ]
