/** The first layers of a network side by side. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { masksAt } from "../../dgviz/web/core/gates.js";
import { tensorOf } from "../../dgviz/web/core/safetensors.js";
import { sideBySide, weightsSideBySide } from "../../dgviz/web/core/side_by_side.js";
import { sizeText } from "../../dgviz/web/live/gate_map_text.js";
import { inputWeights, isChain } from "../../dgviz/web/pixels/network.js";
import { masksOnly } from "./blobs.js";

/** A router of one unit, and two experts of two units; three pixels. */
function experts() {
  const snapshot = masksOnly([
    [1, 3, [1, 1, 1]],
    [2, 3, [1, 0, 0, 0, 1, 0]],
    [2, 3, [0, 0, 1, 1, 1, 1]],
    [4, 2, [1, 1, 1, 1, 1, 1, 1, 1]],
  ]);
  const places = [
    ["router", ""],
    ["expert 1", ""],
    ["expert 2", ""],
    ["expert 1 output", "expert 1"],
  ];
  for (const [i, [name, source]] of places.entries()) {
    Object.assign(snapshot.layers[i], { name, source });
  }
  return snapshot;
}

test("each row is that of all experts, and the router is left out", () => {
  const shown = sideBySide(experts());
  const [layer] = shown.snapshot.layers;
  assert.deepEqual([layer.rows, layer.cols, shown.pixels], [2, 6, 3]);
  assert.deepEqual([...layer.mask], [1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1]);
  assert.deepEqual(
    [shown.names, shown.others, shown.at],
    [["expert 1", "expert 2"], ["router"], [1, 2]],
  );
  assert.equal(
    sizeText(shown),
    "2 layers of 2 hidden units × 3 pixels; not shown: router, expert 1 output",
  );
});

test("layers that are mixed have the same hidden units", () => {
  const snapshot = experts();
  snapshot.meta.routing = { routes: ["expert 1", "expert 2"] };
  assert.match(sizeText(sideBySide(snapshot)), /^2 layers of the same 2 hidden units × 3 pixels;/);
});

test("a router with as many units as an expert is left out all the same", () => {
  const snapshot = experts();
  const router = { ...snapshot.layers[1], name: "router" };
  snapshot.layers[0] = router;
  snapshot.meta.routing = { routes: ["expert 1", "expert 2"] };
  assert.deepEqual(sideBySide(snapshot).others, ["router"]);
});

test("a pixel's weights are those to all first layers", () => {
  const gates = experts();
  const row = (...values) => ({ data: Float32Array.from(values) });
  const firsts = [row(1, 1, 1), row(2, 9, 9, 9, -2, 9), row(9, 9, 3, -3, 3, 3)];
  assert.deepEqual(
    [...inputWeights({ gates, weights: { layers: firsts } }, 0.5)],
    [1 + 2 + 3, 1 + 2 + 3, 1 + 3 + 3],
  );
  assert.equal(inputWeights({ gates, weights: null }, 0.5), null);
  assert.equal(inputWeights({ gates, weights: { layers: firsts.slice(1) } }, 0.5), null);
  assert.equal(isChain(gates), false);
});

test("the first layer of a chain is shown as it is", () => {
  const chain = masksOnly([
    [2, 3, [1, 0, 0, 0, 1, 0]],
    [4, 2, [1, 1, 1, 1, 1, 1, 1, 1]],
  ]);
  const shown = sideBySide(chain);
  assert.equal(shown.snapshot.layers[0], chain.layers[0]);
  assert.equal(masksAt(shown.snapshot, 0.5)[0], masksAt(chain, 0.5)[0]);
  assert.equal(sizeText(shown), "first layer: 2 units × 3 pixels");
  const later = ["gate", "residual", "output"];
  assert.match(sizeText({ ...shown, later }), /; not shown: gate, residual, output$/);
  const routed = { ...shown, others: ["router"], later };
  assert.match(sizeText(routed), /; not shown: router, 3 later layers$/);
  const weights = { layers: [{ data: [] }, { data: [] }] };
  assert.equal(weightsSideBySide(weights, shown), weights.layers[0]);
});

test("scores are joined as masks are", () => {
  const snapshot = experts();
  for (const layer of snapshot.layers) layer.scores = layer.mask.map((one) => 200 * one);
  const [layer] = sideBySide(snapshot).snapshot.layers;
  assert.deepEqual(
    [...layer.scores],
    [...layer.mask].map((one) => 200 * one),
  );
});

test("weights are joined as masks are", () => {
  const shown = sideBySide(experts());
  // 0, 1, 2, … as 16-bit floats
  const bits = [0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500];
  const tensor = (rows, cols, of) => tensorOf("F16", [rows, cols], Uint16Array.from(of));
  const weights = {
    layers: [
      tensor(1, 3, [0, 0, 0]),
      tensor(2, 3, bits),
      tensor(2, 3, bits.toReversed()),
      tensor(4, 2, bits),
    ],
  };
  const joined = weightsSideBySide(weights, shown);
  assert.deepEqual([...joined.data], [0, 1, 2, 5, 4, 3, 3, 4, 5, 2, 1, 0]);
  assert.equal(weightsSideBySide(weights, shown), joined);
  assert.equal(weightsSideBySide(null, shown), undefined);
  assert.equal(weightsSideBySide({ layers: [weights.layers[0]] }, shown), undefined);
});
