"""`dgviz.gate` on whole modules: what it changes, what it leaves alone, and what it refuses."""

from __future__ import annotations

import io
import math
import pickle
import subprocess
import sys
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

import dgviz
from dgviz.modules.gated_class import gates_of


def small() -> nn.Sequential:
    """A convolution, a linear layer and a transformer layer; inputs (n, 1, 4, 4)."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 2, 3),
        nn.BatchNorm2d(2),
        nn.Flatten(),
        nn.Linear(8, 8),
        nn.Unflatten(1, (2, 4)),
        nn.TransformerEncoderLayer(4, 2, 6, dropout=0, batch_first=True),
    )


def half_closed(module: Any) -> Any:
    for logits in dgviz.split_parameters(module)[1]:
        nn.init.normal_(logits)
    return module


@pytest.fixture
def images() -> Tensor:
    return torch.randn(3, 1, 4, 4, generator=torch.Generator().manual_seed(1))


def test_layers_get_gates_in_place_and_open_gates_change_nothing(images: Tensor) -> None:
    model = small().eval()
    before, parameters = model(images), dict(model.named_parameters())
    keys = set(model.state_dict())
    assert dgviz.gate(model) is model
    torch.testing.assert_close(model(images), before)
    after = dict(model.named_parameters())
    assert all(after[name] is parameter for name, parameter in parameters.items())
    assert {key for key in model.state_dict() if ".gates." not in key} == keys
    gated = [name for name, layer in model.named_modules() if gates_of(layer)]
    assert gated == [
        "0", "3", "5.self_attn", "5.self_attn.out_proj", "5.linear1", "5.linear2",
    ]  # fmt: skip
    assert isinstance(model[0], nn.Conv2d) and isinstance(model[3], nn.Linear)


def test_a_checkpoint_of_the_plain_module_fits(images: Tensor) -> None:
    torch.manual_seed(5)
    plain = deepcopy(small())
    model = dgviz.gate(deepcopy(plain))
    nn.init.zeros_(model[3]._parameters["weight"])
    missing = model.load_state_dict(plain.state_dict(), strict=False)
    assert missing.missing_keys and all(".gates." in key for key in missing.missing_keys)
    assert not missing.unexpected_keys
    torch.testing.assert_close(model.eval()(images), plain.eval()(images))


def test_reset_parameters_draws_the_weights_again_and_opens_the_gates() -> None:
    plain, layer = nn.Linear(3, 2), dgviz.gate(nn.Linear(3, 2), gates="weight-output", tau=0.2)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.fill_(-9)
    for one in (plain, layer):
        torch.manual_seed(2)
        one.reset_parameters()
    assert torch.equal(layer.weight, plain.weight) and torch.equal(layer.bias, plain.bias)
    assert gates_of(layer)["weight"].tau == 0.2 and dgviz.active_ratio(layer) == 1


def test_the_state_dict_brings_the_gates_back(images: Tensor) -> None:
    model = half_closed(dgviz.gate(small(), gates="weight-output")).eval()
    other = dgviz.gate(small(), gates="weight-output").eval()
    other.load_state_dict(model.state_dict())
    torch.testing.assert_close(other(images), model(images))


@pytest.mark.parametrize("way", ["deepcopy", "pickle", "torch.save"])
def test_copies_are_independent(way: str, images: Tensor) -> None:
    model = half_closed(dgviz.gate(small(), gates="weight-input-output", tau=0.6)).eval()
    if way == "deepcopy":
        copy = deepcopy(model)
    elif way == "pickle":
        copy = pickle.loads(pickle.dumps(model))
    else:
        file = io.BytesIO()
        torch.save(model, file)
        file.seek(0)
        copy = torch.load(file, weights_only=False)
    before = model(images)
    torch.testing.assert_close(copy(images), before)
    assert dgviz.active_ratio(copy) == dgviz.active_ratio(model) < 1
    compacted = dgviz.compact(copy, images).module
    dgviz.set_tau(copy, 0)
    torch.testing.assert_close(model(images), before)
    torch.testing.assert_close(compacted(images), before)
    assert not any(gates_of(layer) for layer in compacted.modules())
    torch.testing.assert_close(pickle.loads(pickle.dumps(compacted))(images), before)


def test_a_pickle_is_read_in_another_process(tmp_path: Any) -> None:
    model = dgviz.gate(nn.Linear(2, 2), tau=0.25)
    (tmp_path / "model").write_bytes(pickle.dumps(model))
    code = (
        "import pickle, sys, pathlib, dgviz\n"
        "model = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "print(dgviz.active_ratio(model), model.gates['weight'].tau)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "model")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["1.0", "0.25"]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_gates_have_the_dtype_of_the_module(dtype: torch.dtype, images: Tensor) -> None:
    model = half_closed(dgviz.gate(small(), gates="weight-input-output")).to(dtype)
    assert {parameter.dtype for parameter in model.parameters()} == {dtype}
    model(images.to(dtype)).sum().backward()
    model.to("meta")
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}


def test_autocast_computes_in_half_precision(images: Tensor) -> None:
    model = dgviz.gate(small())
    with torch.autocast("cpu", torch.bfloat16):
        assert model[0](images).dtype == torch.bfloat16


def test_a_compiled_module_computes_the_same(images: Tensor) -> None:
    # Without the transformer, which takes long to compile.
    model = half_closed(dgviz.gate(small()[:4], gates="weight-input-output"))
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    torch.testing.assert_close(compiled(images), model(images))
    dgviz.set_tau(model, 0.3)
    torch.testing.assert_close(compiled(images), model(images))
    torch._dynamo.reset()


def test_a_gated_module_is_exported(images: Tensor) -> None:
    model = half_closed(dgviz.gate(small(), gates="weight-output")).eval()
    program = torch.export.export(model, (images,), strict=False)
    torch.testing.assert_close(program.module()(images), model(images))


@pytest.mark.parametrize("inference", [True, False])
def test_attention_reads_the_gated_projections(inference: bool) -> None:
    torch.manual_seed(0)
    attention = nn.MultiheadAttention(4, 2, kdim=3, vdim=5, batch_first=True).eval()
    packed = nn.MultiheadAttention(4, 2, batch_first=True).eval()
    query, key, value = torch.randn(2, 3, 4), torch.randn(2, 5, 3), torch.randn(2, 5, 5)
    for layer, inputs in ((attention, (query, key, value)), (packed, (query, query, query))):
        half_closed(dgviz.gate(layer, gates="weight-input-output"))
        plain = nn.MultiheadAttention(
            4, 2, kdim=layer.kdim, vdim=layer.vdim, batch_first=True
        ).eval()  # fmt: skip
        effective = {
            "out_proj.weight": layer.out_proj.weight, "out_proj.bias": layer.out_proj.bias,
            **{name: getattr(layer, name) for name in (*gates_of(layer), "in_proj_bias")},
        }  # fmt: skip
        plain.load_state_dict(effective)
        assert any(not part.all() for part in effective.values())
        with torch.inference_mode(inference):
            torch.testing.assert_close(layer(*inputs)[0], plain(*inputs)[0])


def test_the_two_groups_of_parameters() -> None:
    model = dgviz.gate(small(), gates="weight-input")
    others, logits = dgviz.split_parameters(model)
    assert len(others) == len(list(small().parameters())) and len(logits) == 12
    assert len(others) + len(logits) == len(list(model.parameters()))
    before = [one.detach().clone() for one in logits]
    optimiser = torch.optim.SGD([{"params": others}, {"params": logits, "lr": 0.0}], lr=0.1)
    model(torch.randn(3, 1, 4, 4)).square().sum().backward()
    optimiser.step()
    assert all(torch.equal(one, old) for one, old in zip(logits, before, strict=True))


def test_the_order_of_the_kinds_does_not_matter() -> None:
    word: Any = "output-input-weight"
    layer = dgviz.gate(nn.Linear(2, 2), gates=word)
    assert set(dict(gates_of(layer)["weight"].logits())) == {"weight", "input", "output"}


def test_skipped_layers_stay_plain() -> None:
    model = dgviz.gate(small(), skip=["0", "5.self_attn"])
    gated = [name for name, layer in model.named_modules() if gates_of(layer)]
    assert gated == ["3", "5.linear1", "5.linear2"]
    dgviz.gate(model[5].self_attn, gates="input")
    assert set(dict(gates_of(model[5].self_attn)["in_proj_weight"].logits())) == {"input"}


def test_a_layer_is_skipped_by_each_of_its_names() -> None:
    model = nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.Linear(2, 2)})
    model["c"] = nn.Sequential(model["a"])
    dgviz.gate(model, skip=["c"])
    assert [name for name, layer in model.named_modules() if gates_of(layer)] == ["b"]


def test_a_layer_that_is_used_twice_gets_its_gates_once() -> None:
    shared = nn.Linear(3, 3)
    model = dgviz.gate(nn.Sequential(shared, nn.ReLU(), shared))
    assert len(dgviz.split_parameters(model)[1]) == 1
    result, report = dgviz.compact(model, torch.randn(2, 3))
    assert result[0] is result[2] and len(report.before) == 1


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(5, 3)
        self.body = nn.Linear(3, 3)
        self.head = nn.Linear(3, 5, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, words: Tensor) -> Tensor:
        return self.head(self.body(self.embed(words)))


def with_nan() -> nn.Module:
    model = small()
    with torch.no_grad():
        model[3].weight[0, 0] = math.nan
    return model


def same_bias() -> nn.Module:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].bias = model[0].bias
    return model


def own_gates() -> nn.Module:
    layer = nn.Linear(2, 2)
    layer.gates = torch.ones(2)
    return layer


@pytest.mark.parametrize(
    ("module", "options", "message"),
    [
        (nn.Sequential(nn.Conv2d(1, 1, 1), nn.ReLU()), {"gates": "unit"}, "gates must be one of"),
        (small(), {"gates": "input-input"}, "gates must be one of"),
        (small(), {"gates": None}, "gates must be one of"),
        (small(), {"tau": 1.5}, "tau must be a number from 0 to 1"),
        (small(), {"initial_logit": math.inf}, "initial_logit must be a finite number"),
        (small(), {"skip": ["4.x", "0"]}, "skip names '4.x', but the module has no such layer"),
        (small(), {"skip": "fc"}, "skip names 'fc'"),
        (small(), {"skip": ["0", "3", "5"]}, "Sequential has no Linear, Conv2d or"),
        (nn.LayerNorm(3), {}, "LayerNorm has no Linear, Conv2d or"),
        ("model", {}, "module must be a torch.nn.Module, not str"),
        (nn.LSTM(2, 2), {}, r"^The layer is of the type LSTM, which cannot have gates\.$"),
        (nn.Sequential(nn.LSTM(2, 2)), {}, r"Layer '0' is of the type LSTM, .*skip=\['0'\]"),
        (nn.Sequential(nn.Conv1d(2, 2, 1)), {}, "Layer '0' is of the type Conv1d"),
        (nn.Sequential(nn.LazyLinear(2)), {}, "type LazyLinear and has no size yet"),
        (dgviz.gate(nn.Sequential(nn.Linear(2, 2))), {}, "Layer '0' has gates already"),
        (dgviz.gate(nn.Linear(2, 2)), {}, "The layer has gates already"),
        (dgviz.DynamicGateMLP((4, 2)), {}, "Layer 'layers.0' has gates already"),
        (nn.Sequential(weight_norm(nn.Linear(2, 2))), {}, "Layer '0' computes its weight from"),
        (with_nan(), {}, "Layer '3' has a weight that is NaN or infinite"),
        (Tied(), {}, r"Layers 'embed' and 'head' share one weight.*skip=\['head'\]"),
        (same_bias(), {}, r"Layers '0' and '1' share one bias.*skip=\['0', '1'\]"),
        (nn.Sequential(nn.Linear(2, 2), own_gates()), {}, "Layer '1' has an attribute 'gates'"),
        (nn.Linear(2, 2, device="meta"), {}, "The layer is on the meta device"),
        (small(), {"skip": None}, "skip names None, but"),
    ],
)  # fmt: skip
def test_what_cannot_have_gates_is_refused_and_not_changed(
    module: Any, options: dict[str, Any], message: str
) -> None:
    types = [type(part) for part in module.modules()] if isinstance(module, nn.Module) else []
    with pytest.raises(ValueError, match=message):
        dgviz.gate(module, **options)
    assert types == ([type(part) for part in module.modules()] if types else [])


def test_tied_weights_work_without_gates() -> None:
    model = dgviz.gate(Tied(), skip=["head"])
    assert model.head.weight is model.embed.weight
    result = dgviz.compact(model, torch.tensor([[0, 1]])).module
    assert result.head.weight is result.embed.weight


@pytest.mark.parametrize("ask", [dgviz.gate_penalty, dgviz.active_ratio, dgviz.split_parameters])
def test_a_module_without_gates_is_named(ask: Any) -> None:
    with pytest.raises(ValueError, match=r"Sequential has no layer with gates"):
        ask(small())
    with pytest.raises(ValueError, match=r"module must be a torch\.nn\.Module, not int"):
        ask(3)
    with pytest.raises(ValueError, match=r"Sequential has no layer with gates"):
        dgviz.set_tau(small(), 0.5)
    with pytest.raises(ValueError, match=r"tau must be"):
        dgviz.set_tau(dgviz.gate(small()), 2)
