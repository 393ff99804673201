/** Words and axes of the chart of error against kept weights. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { drawnValues, logAxis, notesOf, place } from "../../dgviz/web/compare/tradeoff_text.js";

const anchor = { kept: 6290, error: 1.48, note: "" };

test("every published result is named with its network", () => {
  const [, published] = notesOf(
    [],
    [
      { ...anchor, name: "RigL", network: "784-300-100-10", source: "Evci et al. 2020" },
      { ...anchor, name: "CHTss", network: "784-1568-10", source: "Zhang et al. 2025" },
      { ...anchor, name: "RigL", network: "784-300-100-10", source: "Evci et al. 2020" },
    ],
  );
  assert.match(published, /784-300-100-10: RigL \(Evci et al. 2020\); 784-1568-10: CHTss/);
  assert.equal(notesOf([], []).length, 1);
});

test("bars and small dots are explained where there are means over seeds", () => {
  /** @param {number[]} seeds */
  const dot = (seeds) => {
    const each = seeds.map((seed) => ({ seed, kept: 9, error: 2, address: "" }));
    return { key: "", runs: "", kept: 9, error: 2, spread: null, keptRange: [9, 9], each };
  };
  assert.match(notesOf([dot([0]), dot([0, 1])], [])[0], /^Large dots are means/);
  assert.doesNotMatch(notesOf([dot([0])], [])[0], /dots|bars/);
});

test("a logarithmic axis has room for its values and ticks between its ends", () => {
  const { range, tickvals, ticktext } = logAxis([1500, 80_000], 1.25, [1, 2, 5]);
  assert.deepEqual(tickvals, [2000, 5000, 10_000, 20_000, 50_000, 100_000]);
  assert.equal(ticktext.at(-1), "100,000");
  assert.ok(10 ** range[0] < 1500 && 10 ** range[1] >= 100_000 - 1);
  assert.deepEqual(logAxis([0.15, 0.4], 1.1, [1, 2, 3]).ticktext, ["0.2", "0.3"]);
});

test("a network without weights, or without errors, has a place on logarithmic axes", () => {
  assert.deepEqual(place(1500, 2.5), { x: 1500, y: 2.5, note: "" });
  const { x, y, note } = place(0, 0);
  assert.deepEqual([x, y], [1, 0.01]);
  assert.match(note, /drawn at 1 weight and 0.01% error: a logarithmic axis has no 0/);
  assert.match(place(0, 90).note, /drawn at 1 weight: /);
});

test("the axes have room for every dot, and not for a bar that ends below 0", () => {
  const each = [0, 600].map((kept, seed) => ({ seed, kept, error: 0.2 + seed / 2, address: "" }));
  const dot = { key: "", runs: "", kept: 300, error: 0.45, spread: 0.5, keptRange: [0, 600], each };
  const { weights, errors } = drawnValues([dot], []);
  assert.deepEqual([Math.min(...weights), Math.max(...weights)], [1, 600]);
  assert.deepEqual([Math.min(...errors), Math.max(...errors)], [0.2, 0.95]);
});
