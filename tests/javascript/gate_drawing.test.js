/** The colours of connections, as pixels. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { pack } from "../../dgviz/web/core/colours.js";
import {
  paintMask,
  paintScores,
  paintWeights,
  probabilityScale,
  weightPalette,
  weightScale,
} from "../../dgviz/web/core/gate_drawing.js";

const THEME = {
  card: [255, 255, 255],
  active: [0, 0, 200],
  tau: [200, 100, 0],
  closed: [100, 100, 100],
};
/** Both ends of cividis, and the low one faded towards the card: 255 - 0.26 (255 - colour). */
const [LOW, HIGH, FADED_LOW] = [
  [0, 32, 76],
  [255, 233, 69],
  [189, 197, 208],
].map((colour) => pack(/** @type {any} */ (colour)));

/** The 16-bit floats with these values, which are powers of two or 0. */
const halves = (...values) =>
  Uint16Array.from(values, (value) =>
    value ? (value < 0 ? 0x8000 : 0) | ((15 + Math.log2(Math.abs(value))) << 10) : 0,
  );

test("probabilities that are not above tau are faded in the scale", () => {
  const meta = { scores: "gate probability", preview: true };
  const scale = probabilityScale({ meta }, 0.5, THEME);
  const plain = probabilityScale({ meta: { ...meta, preview: false } }, 0.5, THEME);
  assert.deepEqual([scale.tick, plain.tick], [0.5, null]);
  const same = scale.colours.map((colour, i) => colour.join() === plain.colours[i].join());
  // Every fourth of the 201 probabilities: the first 26 are at most 0.5.
  assert.deepEqual(
    same,
    Array.from({ length: 51 }, (_, i) => i > 25),
  );
  assert.equal(pack(scale.colours[0]), FADED_LOW);
});

test("scores are painted in the order of the rows, those of closed connections faded", () => {
  const out = new Uint32Array(4);
  const [scores, mask] = [Uint8Array.of(0, 200, 0, 200), Uint8Array.of(0, 1, 1, 1)];
  paintScores(out, scores, mask, THEME, [1, 0], 2);
  assert.deepEqual([...out], [LOW, HIGH, FADED_LOW, HIGH]);
});

test("a mask is painted in one colour, and closed connections are transparent", () => {
  const out = new Uint32Array(4);
  paintMask(out, Uint8Array.of(0, 1, 1, 1), THEME, [1, 0], 2);
  const active = pack(THEME.active);
  assert.deepEqual([...out], [active, active, 0, active]);
});

test("weights are painted from orange to blue, and closed connections are transparent", () => {
  const out = new Uint32Array(4);
  const palette = weightPalette(THEME, 1);
  paintWeights(out, halves(-2, 0, 1, 1), Uint8Array.of(1, 1, 1, 0), palette, [0], 4);
  assert.deepEqual([...out], [pack(THEME.tau), pack(THEME.card), pack(THEME.active), 0]);
});

test("a weight scale ends at a round number that one weight in two hundred may exceed", () => {
  const small = Array.from({ length: 398 }, (_, i) => (i % 2 ? 0.5 : -0.5));
  assert.equal(weightScale(halves(...small, 0.5, 16)), 0.5);
  assert.equal(weightScale(halves(...small, 16, -16)), 20);
  assert.equal(weightScale(halves(0, 0)), 1e-3);
});
