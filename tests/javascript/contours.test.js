import assert from "node:assert/strict";
import { test } from "node:test";

import { contourLines } from "../../dgviz/web/core/contours.js";

test("contours close around what lies above their level", () => {
  const values = new Float32Array(25);
  values[0] = values[12] = values[18] = 1;
  const lines = contourLines(values, 5, 0.5);
  // The two that touch at a corner stay apart; the one in the corner is closed outside the image.
  assert.deepEqual(
    lines.map((line) => line.length),
    [4, 4, 4],
  );
  const places = lines.flat(2);
  assert.ok(places.every((place) => place >= 0 && place <= 5));
  assert.equal(Math.min(...lines.flat().map(([x]) => x)), 0);
});
