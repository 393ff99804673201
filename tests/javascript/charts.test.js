/** The live charts are cut down as the still ones are, which Python draws. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { amountTicks } from "../../dgviz/web/core/amounts.js";
import { thin } from "../../dgviz/web/core/gates.js";
import { sampleEvenly } from "../../dgviz/web/core/marks.js";
import { accuracyFloor } from "../../dgviz/web/live/accuracy_axis.js";
import { golden } from "./golden.js";

const CHARTS = golden("charts");

test("the axis of accuracy begins at the same height", () => {
  for (const [lines, floor] of CHARTS.accuracy_floor) assert.equal(accuracyFloor(lines), floor);
});

test("amounts are marked at the same places", () => {
  const plain = (words) => Number(words.replaceAll(",", ""));
  for (const [of, ticks] of CHARTS.amount_ticks) {
    assert.deepEqual(
      amountTicks(of).map(([, words]) => plain(words)),
      ticks,
    );
  }
});

test("the same ones of many marks are drawn", () => {
  for (const [n, most, places] of CHARTS.spread_out) {
    assert.deepEqual(
      sampleEvenly(
        Array.from({ length: n }, (_, i) => i),
        most,
      ),
      places,
    );
  }
});

test("the same points of a long curve are drawn", () => {
  for (const [most, heights, places] of CHARTS.thin) {
    const points = heights.map((height, i) => [i, height]);
    assert.deepEqual(
      thin(points, most).map(([i]) => i),
      places,
    );
  }
});
