import assert from "node:assert/strict";
import { test } from "node:test";

import { canPreview, histogram, isDense, masksAt, unpackMask } from "../../dgviz/web/core/gates.js";
import { read } from "../../dgviz/web/core/messages.js";
import { blobOf } from "./blobs.js";

const bits = (...values) => ({ data: Uint8Array.from(values), shape: [values.length] });
const bytes = (rows, cols, ...values) => ({ data: Uint8Array.from(values), shape: [rows, cols] });
const META = {
  channel: "gates",
  tau: 0.503,
  shapes: [[2, 5]],
  scores: "gate probability",
  preview: true,
};
const SCORES = bytes(2, 5, 101, 99, 0, 200, 102, 50, 0, 0, 101, 150);
const snapshotOf = (tensors, meta = META) => read(blobOf(tensors, meta).buffer).content;

test("a mask is unpacked from the lowest bit on, row by row", () => {
  assert.deepEqual(
    [...unpackMask(Uint8Array.of(0b1001, 0b10), 2, 5)],
    [1, 0, 0, 1, 0, 0, 0, 0, 0, 1],
  );
});

test("a name of scores that is no plain text is dropped", () => {
  const tensors = { "masks.0": bits(0b11000, 0b10), "scores.0": SCORES };
  const hostile = ['<a href="https://example.com">p</a>', 7, ["p"], "p".repeat(41), "P", null];
  for (const scores of hostile) {
    assert.equal(snapshotOf(tensors, { ...META, scores }).meta.scores, "");
  }
  assert.equal(snapshotOf(tensors).meta.scores, "gate probability");
});

test("a histogram is the same of scores and of their counts", () => {
  const masks = { "masks.0": bits(0b11000, 0b10) };
  const counts = new Array(201).fill(0);
  for (const byte of SCORES.data) counts[byte] += 1;
  const counted = snapshotOf(masks, { ...META, score_counts: counts });
  assert.deepEqual(histogram(counted, 10), [3, 0, 1, 0, 1, 3, 0, 1, 0, 1]);
  assert.deepEqual(
    histogram(snapshotOf({ ...masks, "scores.0": SCORES }), 10),
    histogram(counted, 10),
  );
});

test("the mask is the trainer's own at its tau, and the trainer's would-be mask at others", () => {
  // p = .502 is closed at tau = .503, which is not visible in its byte.
  const snapshot = snapshotOf({ "masks.0": bits(0b11000, 0b10), "scores.0": SCORES });
  assert.deepEqual([...masksAt(snapshot, 0.503)[0]], [0, 0, 0, 1, 1, 0, 0, 0, 0, 1]);
  assert.deepEqual([...masksAt(snapshot, 0.5)[0]], [1, 0, 0, 1, 1, 0, 0, 0, 1, 1]);
  assert.equal(masksAt(snapshot, 0.5)[0], masksAt(snapshot, 0.5)[0]);
  assert.equal(masksAt(snapshot, 0.503)[0], snapshot.layers[0].mask);
});

test("without scores another tau cannot be previewed", () => {
  const snapshot = snapshotOf({ "masks.0": bits(0b11000, 0b10) });
  assert.equal(canPreview(snapshot), false);
  assert.equal(masksAt(snapshot, 0.9)[0], snapshot.layers[0].mask);
});

test("scores without a threshold are shown, and no other tau is previewed", () => {
  const tensors = { "masks.0": bits(0b11000, 0b10), "scores.0": SCORES };
  const snapshot = snapshotOf(tensors, { ...META, preview: false });
  assert.equal(canPreview(snapshot), false);
  assert.equal(masksAt(snapshot, 0.9)[0], snapshot.layers[0].mask);
  assert.deepEqual([...snapshot.layers[0].scores], [...SCORES.data]);
});

test("the mask of a snapshot of an earlier version is made from its bytes", () => {
  const meta = { channel: "gates", tau: 0.5, gated: true };
  const snapshot = snapshotOf({ "gates.0": SCORES, "gates.1": bytes(1, 2, 200, 0) }, meta);
  assert.deepEqual(
    snapshot.layers.map(({ mask }) => [...mask]),
    [
      [1, 0, 0, 1, 1, 0, 0, 0, 1, 1],
      [1, 0],
    ],
  );
  assert.equal(canPreview(snapshot), true);
  assert.deepEqual([...masksAt(snapshot, 0.505)[0]], [0, 0, 0, 1, 1, 0, 0, 0, 0, 1]);
});

test("all connections of an earlier version's dense snapshot are active at any tau", () => {
  const snapshot = snapshotOf(
    { "gates.0": bytes(1, 2, 200, 200) },
    { channel: "gates", tau: 1, gated: false },
  );
  assert.deepEqual([...snapshot.layers[0].mask], [1, 1]);
  assert.equal(snapshot.layers[0].scores, null);
  assert.ok(isDense(snapshot) && !canPreview(snapshot));
});

for (const [what, tensors, meta] of [
  ["no layers", {}, { ...META, shapes: [] }],
  ["no shapes", { "masks.0": bits(0, 0) }, { channel: "gates", tau: 0.5 }],
  ["a mask missing", {}, META],
  ["a mask too short", { "masks.0": bits(0) }, META],
  ["a mask too long", { "masks.0": bits(0, 0, 0) }, META],
  ["a mask without bits", { "masks.0": bytes(2, 5, ...new Array(10).fill(1)) }, META],
  ["scores of another shape", { "masks.0": bits(0, 0), "scores.0": bytes(1, 2, 0, 0) }, META],
  [
    "halves for scores",
    { "masks.0": bits(0, 0), "scores.0": { data: new Uint16Array(10), shape: [2, 5] } },
    META,
  ],
]) {
  test(`a snapshot is refused with a sentence: ${what}`, () => {
    assert.throws(() => snapshotOf(tensors, meta), /^Error: .+\.$/);
  });
}
