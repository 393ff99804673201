import assert from "node:assert/strict";
import { test } from "node:test";

import { contourLines, isoLines } from "../../dgviz/web/core/contours.js";

test("contours close around the cells above their level", () => {
  const values = new Float32Array(25);
  values[0] = values[12] = values[18] = 1;
  const lines = contourLines(values, 5, 0.5);
  // Two cells that touch at a corner have separate lines; the line of the corner cell is closed.
  assert.deepEqual(
    lines.map((line) => line.length),
    [4, 4, 4],
  );
  const places = lines.flat(2);
  assert.ok(places.every((place) => place >= 0 && place <= 5));
  assert.equal(Math.min(...lines.flat().map(([x]) => x)), 0);
});

test("a line is open at the edge of the map, and ends at a cell without a value", () => {
  const [line] = isoLines([0, 2, 0, 2, 0, 2], 2, 1);
  assert.deepEqual(
    line.map(([x]) => x),
    [1, 1, 1],
  );
  assert.deepEqual(line.map(([, y]) => y).sort(), [0.5, 1.5, 2.5]);
  assert.equal(isoLines([0, 2, 0, NaN, 0, 2], 2, 1).length, 0);
  // Around the highest value it is closed.
  const [around] = isoLines([0, 0, 0, 0, 2, 0, 0, 0, 0], 3, 1);
  assert.deepEqual([around.length, around.at(-1)], [5, around[0]]);
});
