/** The mean of runs in flight. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { aheadOf, meanOf } from "../../dgviz/web/compare/live_mean.js";
import { assertClose, golden } from "./golden.js";

test("mean and deviation are Python's", () => {
  for (const [curves, points] of golden("charts").mean_of) {
    assertClose(meanOf(curves).flat(), points.flat(), `${curves.length} runs`);
  }
});

test("the mean ends where the first run ends, and the others go on alone", () => {
  const [slow, fast] = [
    [
      [0, 0.2],
      [1, 0.4],
    ],
    [
      [0, 0.4],
      [1, 0.6],
      [2, 0.7],
    ],
  ];
  for (const curves of [
    [slow, fast],
    [fast, slow],
  ]) {
    assertClose(
      meanOf(curves).flat(),
      [0, 0.3, Math.SQRT1_2 / 5, 1, 0.5, Math.SQRT1_2 / 5],
      "mean",
    );
    assert.deepEqual(aheadOf(fast, curves), fast.slice(1));
    assert.deepEqual(aheadOf(slow, curves), []);
  }
});
