import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { throttle } from "../../dgviz/web/kit/dom.js";

mock.timers.enable({ apis: ["setTimeout"] });
let now = 0;
mock.method(performance, "now", () => now);

/** @type {number[]} when it ran */
let ran = [];
const throttled = throttle(500, () => ran.push(now));

/** Calls it every 100 ms, as with each snapshot. @param {number} times */
function call(times) {
  for (let i = 0; i < times; i++) {
    throttled();
    now += 100;
    mock.timers.tick(100);
  }
}

beforeEach(() => {
  now += 10_000;
  mock.timers.tick(10_000);
  ran = [];
});

test("what is called with each snapshot runs at once, and then twice a second", () => {
  const start = now;
  call(20);
  assert.deepEqual(
    ran.map((at) => at - start),
    [0, 500, 1000, 1500, 2000],
  );
});

test("the last call is not lost", () => {
  const start = now;
  call(2);
  now += 1000;
  mock.timers.tick(1000);
  assert.equal(ran.length, 2);
  assert.equal(ran[0], start);
});

test("what must not wait runs at once, and takes the place of what waited", () => {
  call(2);
  throttled.now();
  assert.equal(ran.at(-1), now);
  const { length } = ran;
  now += 400;
  mock.timers.tick(400);
  assert.equal(ran.length, length);
});
