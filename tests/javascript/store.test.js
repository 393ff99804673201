import assert from "node:assert/strict";
import { test } from "node:test";

import { olderWeightsStep, Store } from "../../dgviz/web/core/store.js";

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

test("the state at a recorded snapshot has the log up to it and the run's other data", () => {
  const store = new Store();
  const entry = (kind, step) => ({ kind, step });
  const entries = [1, 2, 3].flatMap((step) => [entry("metrics", step), entry("event", step)]);
  store.takeLog({ start: 0, entries });
  Object.assign(store, { status: { phase: "finished", step: 3, seed: 7 }, facts: "facts" });
  const [gates, weights] = [{ meta: { step: 2, epoch: 0.5 } }, { meta: { step: 1 } }];
  const then = store.at(gates, weights);
  assert.deepEqual(then.status, { phase: "replayed", step: 2, epoch: 0.5, seed: 7 });
  assert.deepEqual([then.gates, then.weights, then.facts], [gates, weights, "facts"]);
  for (const { metrics, marks, count } of [
    { ...then, count: 2 },
    { ...store, count: 3 },
  ]) {
    assert.deepEqual([metrics.length, marks.length], [count, count]);
  }
  assert.equal(store.status.phase, "finished");
});

test("weights are called older only if their step is not that of the gates", () => {
  const at = (step) => ({ meta: { step } });
  assert.equal(olderWeightsStep({ gates: at(5), weights: at(3) }), 3);
  assert.equal(olderWeightsStep({ gates: at(5), weights: at(5) }), null);
  assert.equal(olderWeightsStep({ gates: at(5), weights: null }), null);
  assert.equal(olderWeightsStep({ gates: null, weights: at(3) }), null);
});
