import assert from "node:assert/strict";
import { test } from "node:test";

import { orderBy, orderBySimilarity } from "../../dgviz/web/pixels/unit_order.js";

/** A network of one class, with the weights of each unit's inputs and of its output; 0 is closed. */
function netOf(inputs, outputs) {
  const layer = (rows, values) => {
    const weights = Float32Array.from(values);
    return {
      rows,
      cols: weights.length / rows,
      weights,
      mask: weights.map((w) => Number(w !== 0)),
    };
  };
  return {
    layers: [layer(inputs.length, inputs.flat()), layer(1, outputs)],
    units: inputs.length,
  };
}

const NET = netOf(
  [
    [1, 0, 0],
    [0, 0, 0],
    [0, 3, 0.5],
    [2, 0, 0.1],
    [0, 0.5, 0],
    [0, -9, 0],
  ],
  [1, 1, 1, 1, 1, 1],
);

/** The order, and the shares that were reported. */
function similarity(net) {
  const shares = [];
  const work = orderBySimilarity(net);
  let step = work.next();
  for (; !step.done; step = work.next()) shares.push(step.value);
  return { order: step.value, shares };
}

test("the most influential unit is first, then each time the most similar one, dead ones last", () => {
  const { order, shares } = similarity(NET);
  // 5 is opposite to 4 and 2; 0 and 3 are at a right angle to it, of which 3 has more influence.
  assert.deepEqual(order, [5, 3, 0, 2, 4, 1]);
  assert.deepEqual(shares, [0.4, 0.6, 0.8, 1]);
});

test("similarity does not depend on the size of the weights", () => {
  const net = netOf(
    [
      [10, 0],
      [8, 8],
      [1, 0],
    ],
    [9, 1, 1],
  );
  assert.deepEqual(similarity(net).order, [0, 2, 1]);
});

test("each unit is compared with the one before it", () => {
  const net = netOf(
    [
      [1, 0, 0],
      [0.2, 0, 1],
      [0, 1, 0],
      [1, 1, 0],
    ],
    [9, 1, 1, 1],
  );
  assert.deepEqual(similarity(net).order, [0, 3, 2, 1]);
});

test("units are ordered by connections and by influence, dead ones last", () => {
  assert.deepEqual(orderBy(NET, "index"), [0, 2, 3, 4, 5, 1]);
  assert.deepEqual(orderBy(NET, "connections"), [2, 3, 0, 4, 5, 1]);
  assert.deepEqual(orderBy(NET, "influence"), [5, 2, 3, 0, 4, 1]);
});
