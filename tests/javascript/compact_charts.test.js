import assert from "node:assert/strict";
import { test } from "node:test";

import { lengthsOf, rowTops, spokenText } from "../../dgviz/web/compact/bars.js";
import { dashesOf, logTicks, tickText } from "../../dgviz/web/compact/ratios_drawing.js";
import { rangeOf } from "../../dgviz/web/compact/speed_drawing.js";

/** @param {?number} value @param {?number} [zeros] */
const row = (value, zeros = null) => ({
  label: "gated",
  value,
  zeros,
  text: String(value),
  compared: value === 200 ? "" : "2 times fewer",
});

test("a bar has the share of the longest one, in two parts", () => {
  const rows = [row(200), row(100, 75), row(null), row(0, 0)];
  assert.deepEqual(
    rows.map((one) => lengthsOf(one, rows)),
    [
      { kept: 1, zeros: 0 },
      { kept: 0.125, zeros: 0.375 },
      { kept: 0, zeros: 0 },
      { kept: 0, zeros: 0 },
    ],
  );
});

test("a screen reader hears every measured bar", () => {
  const measure = { unit: "", subtitle: "" };
  assert.equal(
    spokenText([
      { name: "MACs", rows: [row(200), row(100)], ...measure },
      { name: "Time", rows: [row(null)], ...measure },
    ]),
    "MACs: gated 200; gated 100, 2 times fewer.",
  );
});

test("on a phone the name of a program has a line of its own", () => {
  const rows = [{ ...row(200), program: "dense" }, row(100), row(50)];
  assert.deepEqual(rowTops(rows, 420), [0, 38, 76, 114]);
  assert.deepEqual(rowTops(rows, 340), [0, 55, 93, 131]);
});

test("the axis of speeds has room for all ranges and for dense PyTorch", () => {
  assert.deepEqual(rangeOf([{ low: 2, high: 4 }]), [0.8, 5]);
  assert.deepEqual(rangeOf([{ low: 0.25, high: 0.5 }]), [0.2, 1.25]);
});

test("a logarithmic axis has ticks at 1, 2 and 5", () => {
  assert.deepEqual(logTicks(3, 120), [5, 10, 20, 50, 100]);
  assert.deepEqual(logTicks(0.5, 2), [0.5, 1, 2]);
  assert.deepEqual([20, 500, 5000].map(tickText), ["20 µs", "500 µs", "5 ms"]);
});

test("programs of one colour have different dashes", () => {
  /** @param {import("../../dgviz/web/compact/speed_drawing.js").Saving} saves */
  const line = (saves) => ({ title: "", saves, points: [], begins: "" });
  const dashes = dashesOf([line("nothing"), line("connections"), line("nothing")]);
  assert.equal(dashes[0], dashes[1]);
  assert.notEqual(dashes[0], dashes[2]);
});
