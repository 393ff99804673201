"""JavaScript reads the same values and masks as Python packs."""

from __future__ import annotations

import base64

import pytest
import torch
from modules import open_empty
from playwright.sync_api import Page

from dgviz.training.blob import pack, unpack
from dgviz.training.mask_bits import packed

_READ = """async (blob) => {
    const { parse } = await dgviz("core/safetensors");
    const { snapshotFrom } = await dgviz("core/gates");
    const bytes = Uint8Array.from(atob(blob), (c) => c.charCodeAt(0));
    const parsed = parse(bytes.buffer);
    const meta = JSON.parse(parsed.metadata.dgviz);
    const snapshot = snapshotFrom(parsed, meta);
    return {
        meta,
        scores: Array.from(snapshot.layers[0].scores),
        masks: snapshot.layers.map(({ mask }) => Array.from(mask)),
        halves: Array.from(parsed.tensors["weights.0"].data),
    };
}"""


def test_python_and_javascript_read_the_same_snapshot(page: Page, server: str) -> None:
    open_empty(page, server)
    generator = torch.Generator().manual_seed(0)
    layers = [
        torch.randint(0, 201, shape, generator=generator, dtype=torch.uint8)
        for shape in ((7, 12), (3, 7))
    ]
    # The trainer's mask may differ from the scores' mask at its threshold.
    masks = [torch.rand(layer.shape, generator=generator) < 0.5 for layer in layers]
    halves = torch.randn(7, 12, generator=generator).to(torch.float16)
    metadata = {
        "channel": "gates",
        "shapes": [[7, 12], [3, 7]],
        "scores": "gate probability",
        "preview": True,
        "tau": 0.5025,
        "note": "β ≥ 0",
        "missing": float("nan"),
    }
    tensors = {f"scores.{i}": layer for i, layer in enumerate(layers)} | {
        f"masks.{i}": torch.from_numpy(packed(mask.numpy())) for i, mask in enumerate(masks)
    }
    blob = pack(tensors | {"weights.0": halves}, metadata)

    read = page.evaluate(_READ, base64.b64encode(blob).decode())

    unpacked, meta = unpack(blob)
    assert read["meta"] == meta == {**metadata, "missing": None}
    assert read["scores"] == layers[0].flatten().tolist()
    assert read["masks"] == [mask.flatten().int().tolist() for mask in masks]
    assert read["halves"] == unpacked["weights.0"].flatten().tolist()


_SMALL = pack({"gates.0": torch.zeros(20, 20, dtype=torch.uint8)}, {"channel": "gates"})
_REFUSED = {
    **{f"cut at {cut}": _SMALL[:cut] for cut in (0, 7, 8, 20, 150, -1)},
    "a header of 70 KB": pack({"gates.0": torch.zeros(1)}, {"channel": "[]" * 35_000}),
}


@pytest.mark.parametrize("blob", _REFUSED.values(), ids=_REFUSED)
def test_a_cut_or_malicious_snapshot_is_refused(page: Page, server: str, blob: bytes) -> None:
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
