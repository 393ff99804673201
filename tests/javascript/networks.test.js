/** The browser and Python derive the same results from gates and weights. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  activePerPixel,
  histogram,
  masksAt,
  orderUnits,
  snapshotFrom,
  unpackMask,
} from "../../dgviz/web/core/gates.js";
import { measure } from "../../dgviz/web/core/measures.js";
import { ALWAYS_BLANK, pixelsOf, UNUSED } from "../../dgviz/web/core/pixels.js";
import { parse } from "../../dgviz/web/core/safetensors.js";
import { evidenceOf } from "../../dgviz/web/pixels/evidence.js";
import { flowTo, forward } from "../../dgviz/web/pixels/forward.js";
import { netOf, unitsOf } from "../../dgviz/web/pixels/network.js";
import { pixelMeasures } from "../../dgviz/web/pixels/pixel_measures.js";
import { modelOf } from "../../dgviz/web/pixels/routed.js";
import { influenceOf } from "../../dgviz/web/pixels/unit_order.js";
import { blobOf, inChain } from "./blobs.js";
import { assertClose, golden } from "./golden.js";

/** A store with a network of the golden file, as a trainer sends it at one of its thresholds. */
function storeOf({ shape, sizes, scores, weights, biases, always_zero: zero }, state) {
  const layers = state.mask_bits.map((bits, i) => ({
    mask: unpackMask(Uint8Array.from(bits), sizes[i + 1], sizes[i]),
    scores: Uint8Array.from(scores[i]),
    ...inChain(i),
    rows: sizes[i + 1],
    cols: sizes[i],
  }));
  const values = (all) => all.map((flat) => ({ data: Float32Array.from(flat) }));
  return {
    gates: { layers, meta: { tau: state.tau, scores: "gate probability", preview: true } },
    weights: { layers: values(weights), biases: values(biases) },
    facts: { image_shape: shape, alwaysZero: Uint8Array.from(zero) },
  };
}

test("a network of experts is counted alike", () => {
  const expected = golden("networks").experts;
  const { layers, shapes, mask_bits: bits } = expected;
  const masks = bits.map((mask, i) => [
    `masks.${i}`,
    { data: Uint8Array.from(mask), shape: [mask.length] },
  ]);
  const meta = { layers, shapes, tau: 0.5, prunes: true };
  const snapshot = snapshotFrom(parse(blobOf(Object.fromEntries(masks), meta).buffer), meta);
  const counts = measure(snapshot, 0.5);
  assert.deepEqual(
    [counts.active, counts.total, counts.parameters, counts.denseParameters],
    [expected.macs, expected.dense_macs, expected.parameters, expected.dense_parameters],
  );
  assert.equal(counts.hiddenUnits, expected.hidden_units);
  assert.equal(counts.compacted, null, "its layers are no chain");
  assert.equal(counts.hiddenUnits - counts.hiddenUnitsInUse, expected.dead_hidden_units);
  assert.deepEqual(Array.from(activePerPixel(snapshot, 0.5)), expected.active_by_pixel);
  assert.equal(pixelsOf(snapshot, null, 0.5).used, expected.pixels_in_use);
});

const NETWORKS = golden("networks").networks;
const STATES = NETWORKS.flatMap(({ at, ...network }) =>
  at.map((state) => ({ network: { ...network, store: storeOf(network, state) }, state })),
);

/** Checks each network at each of its thresholds. */
const everywhere = (name, check) =>
  test(name, () => {
    for (const { network, state } of STATES) check(network, state);
  });

test("histograms are the same", () => {
  for (const {
    network: { store, histogram: expected },
  } of STATES) {
    assert.deepEqual(histogram(store.gates), expected);
  }
});

everywhere("connections, MACs, parameters and dead units are counted alike", (network, state) => {
  const counts = measure(network.store.gates, state.tau);
  assert.deepEqual(
    counts.layers.map(({ active }) => active),
    state.active_by_layer,
  );
  assert.equal(counts.active, state.macs);
  assert.equal(counts.total, state.dense_macs);
  assert.equal(counts.parameters, state.parameters);
  assert.equal(counts.denseParameters, state.dense_parameters);
  assert.deepEqual(counts.compacted, state.compacted);
  assert.equal(counts.hiddenUnits - counts.hiddenUnitsInUse, state.dead_hidden_units);
  const units = unitsOf(netOf(network.store, state.tau));
  assert.equal(units.filter(({ inUse }) => !inUse).length, state.dead_hidden_units);
});

everywhere("the mask is the trainer's", ({ store }, { tau, masks }) => {
  assert.deepEqual(
    masksAt(store.gates, tau).map((mask) => [...mask]),
    masks,
  );
  assert.deepEqual(
    netOf(store, tau).layers.map(({ mask }) => [...mask]),
    masks,
  );
});

test("a preview at each step of the slider is the mask that the trainer would have", () => {
  const onTheSlider = STATES.filter(({ state }) => Number.isInteger(200 * state.tau));
  assert.ok(onTheSlider.length > 12 && onTheSlider.length < STATES.length);
  for (const {
    network: { store, sizes },
  } of STATES) {
    for (const {
      network,
      state: { tau, masks },
    } of onTheSlider) {
      if (network.sizes !== sizes) continue;
      assert.deepEqual(
        masksAt(store.gates, tau).map((mask) => [...mask]),
        masks,
      );
    }
  }
});

everywhere("units are drawn in the same order", ({ store }, { tau, most_active_first: order }) => {
  assert.deepEqual([...orderUnits(store.gates, tau, "active")], order);
});

everywhere("pixels are of the same kinds", ({ store, shape }, state) => {
  const pixels = pixelsOf(store.gates, store.facts, state.tau);
  assert.deepEqual([...pixels.active], state.active_by_pixel);
  const are = (kind) => pixels.kinds.map((other) => Number(other === kind));
  assert.deepEqual(are(ALWAYS_BLANK), state.always_blank);
  assert.deepEqual(are(UNUSED), state.unused);
  assert.equal(activePerPixel(store.gates, state.tau).length, shape[0] * pixels.kinds.length);
});

everywhere("weights and path weights of pixels are the same", ({ store, shape }, state) => {
  const { weight, paths, kinds } = pixelMeasures(store, state.tau);
  assertClose(weight, summed(state.weight, shape), "weight");
  assertClose(paths, summed(state.path_weight, shape), "path weight");
  // The faithfulness test removes pixels in this order, always-blank ones last.
  const ranked = state.by_path_weight.filter((pixel) => kinds[pixel] !== ALWAYS_BLANK);
  for (let i = 1; i < ranked.length; i++) {
    assert.ok(paths[ranked[i]] <= paths[ranked[i - 1]] * (1 + 1e-6) + 1e-6);
  }
});

everywhere("evidence for the classes is the same", ({ store, shape }, state) => {
  const { classes } = evidenceOf(store, state.tau);
  assert.equal(classes.length, state.by_class.length);
  classes.forEach((values, k) => {
    assertClose(values, summed(state.by_class[k], shape), `evidence for class ${k}`);
  });
});

everywhere("units have the same influence", ({ store }, { tau, influence }) => {
  assertClose(influenceOf(netOf(store, tau)), influence, "influence");
});

everywhere("images are answered alike, at the same cost", ({ store, images }, state) => {
  const net = netOf(store, state.tau);
  const model = modelOf(store, state.tau, null);
  images.forEach((image, i) => {
    const x = Float32Array.from(image, (byte) => byte / 255);
    const { hidden, logits, probs } = forward(net, x);
    assertClose(hidden, state.hidden[i], "hidden units");
    assertClose(logits, state.logits[i], "logits");
    assertClose(probs, state.probabilities[i], "probabilities");
    assert.deepEqual(model.explain(x, null).macs, {
      dense: state.dense_macs,
      active: state.macs,
      taken: state.macs_with_ink[i],
    });
    const flow = new Float32Array(net.units);
    for (const { unit, share } of flowTo(net, x, hidden, 0)) flow[unit] = share;
    assertClose(flow, state.flow[i], "what units add to class 0");
  });
});

/** Inputs added up over the channels of the image. */
function summed(values, [, height, width]) {
  const sums = new Array(height * width).fill(0);
  values.forEach((value, input) => (sums[input % sums.length] += value));
  return sums;
}

test("a network is built again for other weights or another mask, and only then", () => {
  const { network, state } = STATES[0];
  const { gates, weights } = network.store;
  const net = netOf({ gates, weights }, state.tau);
  assert.equal(netOf({ gates, weights: { ...weights } }, state.tau) === net, false);
  assert.equal(
    netOf({ gates: { ...gates, layers: [...gates.layers] }, weights }, 1) === net,
    false,
  );
  assert.equal(netOf({ gates, weights }, state.tau), net);
});

test("gates and weights of different networks, or of other than two layers, make no network", () => {
  const { gates, weights } = STATES[0].network.store;
  const { layers } = gates;
  const { tau } = STATES[0].state;
  const narrower = { ...weights.layers[0], data: weights.layers[0].data.slice(1) };
  for (const [some, others] of [
    [layers, [narrower, weights.layers[1]]],
    [layers, weights.layers.slice(0, 1)],
    [layers.slice(0, 1), weights.layers.slice(0, 1)],
    [
      [layers[0], layers[1], layers[1]],
      [...weights.layers, weights.layers[1]],
    ],
  ]) {
    const store = { gates: { ...gates, layers: some }, weights: { ...weights, layers: others } };
    assert.equal(netOf(store, tau), null);
  }
});
