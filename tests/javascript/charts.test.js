/** The live charts are reduced in the same way as the still charts, which Python draws. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accuracyFloor } from "../../dgviz/web/core/accuracy_axis.js";
import { amountTicks } from "../../dgviz/web/core/amounts.js";
import { thin } from "../../dgviz/web/core/gates.js";
import { sampleEvenly } from "../../dgviz/web/core/marks.js";
import { assertClose, golden } from "./golden.js";

const CHARTS = golden("charts");

test("the accuracy axis begins at the same value", () => {
  for (const [lines, floor] of CHARTS.accuracy_floor) assert.equal(accuracyFloor(lines), floor);
});

test("amounts have the same ticks", () => {
  const plain = (text) => Number(text.replaceAll(",", ""));
  for (const [of, ticks, places] of CHARTS.amount_ticks) {
    assert.deepEqual(
      amountTicks(of).map(([, text]) => plain(text)),
      ticks,
    );
    assertClose(
      amountTicks(of).map(([place]) => place),
      places,
    );
  }
});

test("the same marks are selected from many", () => {
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

test("the same points are selected from a long curve", () => {
  for (const [most, heights, places] of CHARTS.thin) {
    const points = heights.map((height, i) => [i, height]);
    assert.deepEqual(
      thin(points, most).map(([i]) => i),
      places,
    );
  }
});
