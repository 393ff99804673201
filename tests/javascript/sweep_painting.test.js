import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { changing, keptFor, keptLast } from "../../dgviz/web/core/kept.js";
import { labelStep } from "../../dgviz/web/sweep/map_axes.js";
import { linePainter, sampleOf } from "../../dgviz/web/sweep/parallel_painting.js";
import { inTurn } from "../../dgviz/web/sweep/turns.js";
import { FakeElement, fakeDocument } from "./fake_dom.js";

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

test("an answer is computed again when something that it is about has changed", () => {
  let count = 0;
  const answer = keptLast((/** @type {number[]} */ ...values) => {
    count++;
    return values.length;
  });
  const answers = [answer(1, 2), answer(1, 2), answer(1, 3), answer(1), answer(1, 2)];
  assert.deepEqual([answers, count], [[2, 2, 2, 1, 2], 4]);
  const differs = changing();
  assert.deepEqual(
    [differs(), differs(), differs(undefined), differs()],
    [true, false, true, true],
  );
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

test("as many labels are shown as have room, whatever the longest one is", () => {
  assert.equal(labelStep([30, 60, 60, 20], 64), 1);
  assert.equal(labelStep([60, 20, 60, 20], 46), 1);
  assert.equal(labelStep([60, 60, 60, 20], 46), 2);
  assert.deepEqual([labelStep([60, 60], 5), labelStep([60], 5)], [2, 1]);
});

/** A canvas that lists what is done with it: "clear", "image", and how many strokes. */
class FakeCanvas extends FakeElement {
  constructor() {
    super("canvas");
    Object.assign(this, { clientWidth: 300, clientHeight: 200, done: [] });
  }

  getContext() {
    const nothing = () => {};
    return {
      ...Object.fromEntries(
        ["setTransform", "beginPath", "moveTo", "lineTo", "scale"].map((name) => [name, nothing]),
      ),
      clearRect: () => this.done.push("clear"),
      drawImage: () => this.done.push("image"),
      stroke: () => {
        if (typeof this.done.at(-1) === "number") this.done[this.done.length - 1]++;
        else this.done.push(1);
      },
    };
  }
}

test("very many lines are painted in parts, after a sample or while the picture before stays", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  fakeDocument({ canvas: FakeCanvas });
  /** @type {Array<?() => void>} */
  const frames = [];
  Object.assign(globalThis, {
    window: { devicePixelRatio: 1 },
    requestAnimationFrame: (/** @type {() => void} */ frame) => frames.push(frame),
    cancelAnimationFrame: (/** @type {number} */ which) => {
      frames[which - 1] = null;
    },
  });
  const runFrames = () => {
    for (const frame of frames) frame?.();
    frames.length = 0;
  };
  const canvas = new FakeCanvas();
  const painter = linePainter(/** @type {any} */ (canvas), () => 1);
  const lines = [...Array(2000).keys()];
  const plan = /** @type {any} */ ({ lines: [], axes: [] });
  const look = { colourOf: () => /** @type {[number, number, number]} */ ([0, 0, 0]), width: 1 };
  const done = () => canvas.done.splice(0);
  // Nothing is there yet.
  painter.paint(plan, lines, look, true);
  assert.deepEqual(done(), ["clear", 667]);
  mock.timers.tick(400);
  runFrames();
  assert.deepEqual(done(), ["clear", "image"]);
  // New results: what is there stays until all is painted.
  painter.paint(plan, lines, look, true);
  assert.deepEqual(done(), []);
  runFrames();
  assert.deepEqual(done(), ["clear", "image"]);
  // A card that is gone paints no more.
  painter.paint(plan, lines, look);
  painter.stop();
  painter.paint(plan, lines, look, true);
  painter.stop();
  mock.timers.tick(400);
  runFrames();
  assert.deepEqual(done(), ["clear", 667]);
  mock.timers.reset();
});
