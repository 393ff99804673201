import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bytes,
  count,
  duration,
  firstSentence,
  ordinal,
  percent,
  plain,
  ratio,
  threshold,
  UNKNOWN,
} from "../../dgviz/web/core/format.js";
import { golden } from "./golden.js";

const WRITERS = { count, duration, file_size: bytes, percent, plain, ratio, threshold };

test("an unknown number of any kind is an en dash", () => {
  for (const write of [bytes, percent, plain, threshold, duration]) {
    for (const unknown of [null, undefined, NaN, Infinity]) {
      assert.equal(write(unknown), UNKNOWN);
    }
  }
});

test("bytes have a decimal unit, rounded up to the next one", () => {
  assert.equal(bytes(999), "999 bytes");
  assert.equal(bytes(1000), "1 kB");
  assert.equal(bytes(327676), "328 kB");
  assert.equal(bytes(999_499), "999 kB");
  assert.equal(bytes(999_500), "1.0 MB");
});

test("a threshold has two decimals, or three where two would round it", () => {
  assert.equal(threshold(0.5), "0.50");
  assert.equal(threshold(0.505), "0.505");
});

test("numbers are written as Python writes them", () => {
  const expected = golden("formatting");
  for (const [name, write] of Object.entries(WRITERS)) {
    for (const [number, text] of expected[name]) {
      assert.equal(write(number), text, `${name}(${number})`);
    }
  }
});

test("a negative knob has a true minus sign", () => {
  assert.equal(plain(-1), "−1");
});

test("seconds are written in seconds, minutes and hours", () => {
  assert.equal(duration(1.31), "1.3 s");
  assert.equal(duration(125), "2 min 5 s");
  assert.equal(duration(3780), "1 h 3 min");
});

test("a first sentence ends at a full stop that a space follows", () => {
  assert.equal(
    firstSentence("Opened at http://lab.example.org. Allow it."),
    "Opened at http://lab.example.org.",
  );
  assert.equal(firstSentence("It is lost."), "It is lost.");
});

test("ordinals have the right ending", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 21].map(ordinal), [
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "21st",
  ]);
});
