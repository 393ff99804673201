"""What Python packs, JavaScript reads: the same bytes, the same mask."""

from __future__ import annotations

import base64

import pytest
import torch
from modules import open_empty
from playwright.sync_api import Page

from dgviz.gates.measures import measure
from dgviz.training.blob import pack, unpack

_READ = """async ([blob, steps]) => {
    const { parse } = await dgviz("core/safetensors");
    const { frameFrom } = await dgviz("core/gates");
    const { measure } = await dgviz("core/measures");
    const bytes = Uint8Array.from(atob(blob), (c) => c.charCodeAt(0));
    const parsed = parse(bytes.buffer);
    const meta = JSON.parse(parsed.metadata.dgviz);
    const frame = frameFrom(parsed, meta);
    return {
        meta,
        gates: Array.from(parsed.tensors["gates.0"].data),
        halves: Array.from(parsed.tensors["weights.0"].data),
        measures: steps.map((k) => measure(frame, k / 200)),
    };
}"""


def test_python_and_javascript_read_the_same_snapshot(page: Page, server: str) -> None:
    open_empty(page, server)
    generator = torch.Generator().manual_seed(0)
    gates = torch.randint(0, 201, (7, 12), generator=generator, dtype=torch.uint8)
    output_gates = torch.randint(0, 201, (3, 7), generator=generator, dtype=torch.uint8)
    halves = torch.randn(7, 12, generator=generator).to(torch.float16)
    metadata = {"channel": "gates", "tau": 0.5, "note": "β ≥ 0", "missing": float("nan")}
    blob = pack({"gates.0": gates, "gates.1": output_gates, "weights.0": halves}, metadata)
    steps = list(range(200))

    read = page.evaluate(_READ, [base64.b64encode(blob).decode(), steps])

    tensors, meta = unpack(blob)
    assert read["meta"] == meta == {**metadata, "missing": None}
    assert read["gates"] == tensors["gates.0"].flatten().tolist()
    assert read["halves"] == tensors["weights.0"].flatten().tolist()
    layers = [gates, output_gates]
    for step, counted in zip(steps, read["measures"], strict=True):
        measures = measure([layer > step for layer in layers])
        assert counted["active"] == measures.macs and counted["total"] == measures.dense_macs
        assert counted["parameters"] == measures.parameters
        assert counted["denseParameters"] == measures.dense_parameters
        assert counted["hiddenUnits"] - counted["hiddenUnitsInUse"] == measures.dead_hidden_units
        ratios = [layer["active"] / layer["total"] for layer in counted["layers"]]
        assert tuple(ratios) == measures.active_ratio_by_layer


_SMALL = pack({"gates.0": torch.zeros(20, 20, dtype=torch.uint8)}, {"channel": "gates"})
_REFUSED = {
    **{f"cut at {cut}": _SMALL[:cut] for cut in (0, 7, 8, 20, 150, -1)},
    "a header of 70 KB": pack({"gates.0": torch.zeros(1)}, {"channel": "[]" * 35_000}),
}


@pytest.mark.parametrize("blob", _REFUSED.values(), ids=_REFUSED)
def test_a_snapshot_that_is_cut_or_made_to_harm_is_refused(
    page: Page, server: str, blob: bytes
) -> None:
    open_empty(page, server)
    message = page.evaluate(
        """async (blob) => {
            const { parse } = await dgviz("core/safetensors");
            try { parse(Uint8Array.from(atob(blob), (c) => c.charCodeAt(0)).buffer) }
            catch (error) { return error.message }
            return "";
        }""",
        base64.b64encode(blob).decode(),
    )
    assert message.endswith(".") and len(message.split()) > 3
