/** Python's results, from the files that tests/golden/draw.py writes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** @param {string} name of a file in tests/golden */
export const golden = (name) =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));

/**
 * Asserts that numbers are equal up to single precision.
 * @param {ArrayLike<number>} actual @param {number[]} expected @param {string} what is compared
 */
export function assertClose(actual, expected, what) {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]);
    const allowed = 1e-5 * Math.max(1, Math.abs(expected[i]));
    assert.ok(error <= allowed, `${what}, at ${i}: ${actual[i]} is not ${expected[i]}`);
  }
}
