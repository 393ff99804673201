import assert from "node:assert/strict";
import { test } from "node:test";

import { contourLines } from "../../dgviz/web/core/contours.js";

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
