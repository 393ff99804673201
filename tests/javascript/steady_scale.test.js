import assert from "node:assert/strict";
import { test } from "node:test";

import { steadyScale } from "../../dgviz/web/pixels/steady_scale.js";

test("a scale grows in steps and never shrinks within a run", () => {
  const scale = steadyScale();
  const ends = [3.1, 3.9, 2, 4.2, 3, 1.1, 0].map((most) => scale(most, "a"));
  assert.deepEqual(ends, [4, 4, 4, 6, 6, 6, 6]);
  assert.equal(scale(0, "b"), 1);
});
