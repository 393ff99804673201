import assert from "node:assert/strict";
import { test } from "node:test";

import { Store } from "../../dgviz/web/core/store.js";

test("a log from an earlier index on replaces the entries after it", () => {
  const store = new Store();
  const point = (step) => ({ kind: "metrics", step });
  const move = (step) => ({ kind: "knob", step });
  store.takeLog({ start: 0, entries: [point(1), move(1), point(2), move(2)] });
  store.takeLog({ start: 2, entries: [point(3)] });
  store.takeLog({ start: 3, entries: [move(3)] });
  const steps = (entries) => entries.map(({ step }) => step);
  assert.deepEqual(steps(store.entries), [1, 1, 3, 3]);
  assert.deepEqual(steps(store.metrics), [1, 3]);
  assert.deepEqual(steps(store.marks), [1, 3]);
});
