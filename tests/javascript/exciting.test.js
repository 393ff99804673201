import assert from "node:assert/strict";
import { test } from "node:test";

import { highestActivations } from "../../dgviz/web/pixels/exciting.js";

/** The result of a generator, and how often it yielded. */
function runThrough(work) {
  for (let yields = 0; ; yields++) {
    const { done, value } = work.next();
    if (done) return { value, yields };
  }
}

/** Two units of three pixels; the last connection of the second one is closed. */
const net = {
  layers: [
    {
      cols: 3,
      mask: Uint8Array.of(1, 1, 1, 1, 1, 0),
      weights: Float32Array.of(9, 9, 9, 2, -1, 9),
      biases: Float32Array.of(9, -1),
    },
  ],
};

test("the images with the highest values are found, with those values before ReLU", () => {
  const images = [
    [0, 0, 255],
    [255, 0, 0],
    [255, 255, 255],
    [255, 0, 9],
    [0, 255, 0],
  ].map((image) => Uint8Array.from(image));
  const { value } = runThrough(highestActivations(net, 1, images, 3));
  assert.deepEqual(value, {
    top: [
      { index: 1, value: 1 },
      { index: 3, value: 1 },
      { index: 2, value: 0 },
    ],
    positive: 2,
    total: 5,
  });
});

test("the search yields every hundred images, and returns at most as many as there are", () => {
  const images = Array.from({ length: 201 }, (_, i) => Uint8Array.of(i, 0, 0));
  const { value, yields } = runThrough(highestActivations(net, 1, images));
  assert.equal(yields, 3);
  assert.deepEqual(
    value.top.map(({ index }) => index),
    [200, 199, 198, 197, 196, 195, 194, 193, 192, 191],
  );
  assert.equal(runThrough(highestActivations(net, 1, images.slice(0, 2))).value.top.length, 2);
});
