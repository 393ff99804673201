/** The mean of runs in flight. */

import { test } from "node:test";

import { meanOf } from "../../dgviz/web/compare/live_mean.js";
import { assertClose, golden } from "./golden.js";

test("mean and deviation are Python's", () => {
  for (const [curves, points] of golden("charts").mean_of) {
    assertClose(meanOf(curves).flat(), points.flat(), `${curves.length} runs`);
  }
});

test("the mean goes on with the runs that have come furthest", () => {
  const curves = [
    [
      [0, 0.2],
      [1, 0.4],
    ],
    [
      [0, 0.4],
      [1, 0.6],
      [2, 0.7],
    ],
    [[0, 0.6]],
  ];
  assertClose(meanOf(curves).flat(), [0, 0.4, 0.2, 1, 0.5, Math.SQRT1_2 / 5, 2, 0.7, 0], "mean");
});
