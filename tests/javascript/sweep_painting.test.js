import assert from "node:assert/strict";
import { test } from "node:test";

import { keptFor } from "../../dgviz/web/core/kept.js";
import { sampleOf } from "../../dgviz/web/sweep/parallel_painting.js";

test("few lines are all painted at once, and of very many an even sample", () => {
  const few = [...Array(800).keys()];
  assert.equal(sampleOf(few), few);
  const sample = sampleOf([...Array(10_000).keys()]);
  assert.ok(sample.length > 700 && sample.length <= 800);
  assert.deepEqual(sample.slice(0, 3), [0, 13, 26]);
});

test("an answer is computed once for each object, even if there is none", () => {
  let count = 0;
  const answer = keptFor((/** @type {object} */ _key) => {
    count++;
  });
  const one = {};
  for (const key of [one, one, {}]) answer(key);
  assert.equal(count, 2);
});
