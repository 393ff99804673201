import assert from "node:assert/strict";
import { test } from "node:test";

import { cellOf } from "../../dgviz/web/core/gate_drawing.js";
import { gatesOver } from "../../dgviz/web/pixels/gate_history.js";
import { gatedSnapshot, masksOnly } from "./blobs.js";

/** One pixel and three hidden units. */
const scored = (scores) => gatedSnapshot([[3, 1, scores]], { tau: 0.5 });
const unscored = (mask) => masksOnly([[3, 1, mask]]);

test("connections are sorted by their last probability, active ones first", () => {
  const over = gatesOver([scored([90, 120, 150]), scored([110, 50, 180])], [0]);
  assert.deepEqual([over.gates, over.active, over.activeLast], [3, [2, 2], 2]);
  const [first, second, third] = [cellOf(180, 1), cellOf(110, 1), cellOf(50, 0)];
  assert.deepEqual([over.cells[1], over.cells[3], over.cells[5]], [first, second, third]);
  assert.deepEqual([over.cells[0], over.cells[2]], [cellOf(150, 1), cellOf(90, 0)]);
});

test("a snapshot without probabilities shows none", () => {
  const over = gatesOver([unscored([0, 1, 1]), scored([90, 120, 150])], [0]);
  const [active, closed] = [cellOf(null, 1), cellOf(null, 0)];
  assert.deepEqual([over.cells[0], over.cells[2], over.cells[4]], [active, active, closed]);
  assert.equal(new Set([active, closed, cellOf(0, 0), cellOf(200, 1)]).size, 4);
});
