import assert from "node:assert/strict";
import { test } from "node:test";
import { changes, looksOf } from "../../dgviz/web/compare/rebuilding.js";

test("a card is built at first, and when what it shows has changed", () => {
  const changed = changes();
  const rows = [{ label: "RigL, 5%", series: 2, runs: [] }];
  assert.ok(changed("light", looksOf(rows)));
  // A run has been started, which the buttons do not show.
  assert.ok(!changed("light", looksOf([{ ...rows[0], runs: [{ seed: 0 }] }])));
  assert.ok(changed("dark", looksOf(rows)));
  assert.ok(changed("dark", looksOf([{ ...rows[0], series: 3 }])));
  assert.ok(!changed("dark", looksOf([{ ...rows[0], series: 3 }])));
});
