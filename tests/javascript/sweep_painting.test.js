import assert from "node:assert/strict";
import { test } from "node:test";

import { keptFor } from "../../dgviz/web/core/kept.js";
import { areClose, labelStep } from "../../dgviz/web/sweep/frame.js";
import { sampleOf } from "../../dgviz/web/sweep/parallel_painting.js";
import { inTurn } from "../../dgviz/web/sweep/turns.js";

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

test("cards are drawn in the order in which they asked, and each once", () => {
  /** @type {Array<() => void>} */
  const frames = [];
  Object.assign(globalThis, {
    requestAnimationFrame: (/** @type {() => void} */ frame) => frames.push(frame),
  });
  /** @type {string[]} */
  const drawn = [];
  const first = () => void drawn.push("first");
  const second = () => {
    drawn.push("second");
    const end = performance.now() + 9;
    while (performance.now() < end);
  };
  const third = () => void drawn.push("third");
  for (const draw of [first, second, first, third]) inTurn(draw);
  assert.deepEqual([drawn.length, frames.length], [0, 1]);
  frames[0]();
  assert.deepEqual(drawn, ["first", "second"]);
  frames[1]();
  assert.deepEqual([drawn.at(-1), drawn.length, frames.length], ["third", 3, 2]);
});

test("cards are drawn although another one has failed", () => {
  /** @type {Array<() => void>} */
  const frames = [];
  globalThis.requestAnimationFrame = (frame) => frames.push(/** @type {() => void} */ (frame));
  let drawn = 0;
  const count = () => void drawn++;
  inTurn(() => {
    throw new Error("this card fails");
  });
  inTurn(count);
  assert.throws(() => frames[0](), /this card fails/);
  frames[1]();
  inTurn(count);
  frames[2]();
  assert.equal(drawn, 2);
});

test("a line of another level is close if it is so for most of its length", () => {
  const line = [0, 10, 20, 30].map((x) => [x, 0]);
  const moved = (/** @type {number} */ by) => line.map(([x, y]) => [x, y + by]);
  assert.deepEqual([areClose(moved(5), line), areClose(moved(15), line)], [true, false]);
  assert.ok(!areClose([...moved(5).slice(0, 2), ...moved(40).slice(2)], line));
  assert.ok(!areClose(line, []));
});

test("as many labels are shown as have room, whatever the longest one is", () => {
  assert.equal(labelStep([30, 60, 60, 20], 64), 1);
  assert.equal(labelStep([60, 20, 60, 20], 46), 1);
  assert.equal(labelStep([60, 60, 60, 20], 46), 2);
  assert.deepEqual([labelStep([60, 60], 5), labelStep([60], 5)], [2, 1]);
});
