/** Which digits only one of two networks gets right, and McNemar's exact test. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { agreement, exactP, givenClasses, pairOf } from "../../dgviz/web/compare/agreement.js";

/** @param {string} bits */
const answers = (bits) => {
  const bytes = bits
    .padEnd(Math.ceil(bits.length / 8) * 8, "0")
    .match(/.{8}/g)
    ?.map((byte) => Number.parseInt(byte, 2));
  return {
    key: "",
    run: "",
    digits: bits.length,
    wrong: "",
    right: btoa(String.fromCharCode(...(bytes ?? []))),
  };
};

test("every digit is counted once", () => {
  const found = agreement(answers("1101000010"), answers("1011100000"));
  assert.deepEqual(found.only, [
    [1, 8],
    [2, 4],
  ]);
  assert.deepEqual([found.both, found.neither, found.p], [2, 4, 1]);
});

test("a wrong digit has the class that the network gave it", () => {
  const wrong = btoa(String.fromCharCode(9, 0, 3));
  const given = givenClasses({ ...answers("1010011"), wrong }, [7, 2, 1, 0, 4, 1, 5]);
  assert.deepEqual([...given], [7, 9, 1, 0, 3, 1, 5]);
});

/** By whole numbers, with a fraction of 2⁶⁰ at the end. @param {number} first @param {number} second */
function byFractions(first, second) {
  const n = BigInt(first + second);
  let [choose, sum] = [1n, 1n];
  for (let k = 1n; k <= BigInt(Math.min(first, second)); k++) {
    choose = (choose * (n - k + 1n)) / k;
    sum += choose;
  }
  return Math.min(1, Number((2n * sum * 2n ** 60n) / 2n ** n) / 2 ** 60);
}

test("the p-value is that of exact fractions", () => {
  const splits = [
    [0, 0],
    [1, 0],
    [0, 9],
    [5, 5],
    [3, 12],
    [12, 3],
    [60, 90],
    [400, 480],
    [900, 1000],
  ];
  for (const [first, second] of splits) {
    const exact = byFractions(first, second);
    assert.ok(Math.abs(exactP(first, second) - exact) <= 1e-12, `${first}, ${second}`);
  }
});

test("thousands of digits take no time, and the most uneven split has a probability of almost 0", () => {
  const start = performance.now();
  assert.equal(exactP(5000, 5000), 1);
  assert.ok(Math.abs(exactP(4900, 5100) - 0.0466) < 1e-3);
  assert.ok(exactP(0, 10_000) < 1e-300);
  assert.ok(performance.now() - start < 500);
});

test("the rows to compare are the wanted ones, or else the first with a result", () => {
  const keys = ["dense", "rigl", "l0"];
  /** @param {string} first @param {string} second */
  const pair = (first, second) => pairOf(keys, { first, second });
  assert.deepEqual(pair("", ""), ["dense", "rigl"]);
  assert.deepEqual(pair("l0", "dense"), ["l0", "dense"]);
  assert.deepEqual(pair("", "dense"), ["rigl", "dense"]);
  assert.deepEqual(pair("rigl", ""), ["rigl", "dense"]);
  // Its run has not finished yet.
  assert.deepEqual(pair("granet", "l0"), ["dense", "l0"]);
  assert.deepEqual(pair("l0", "l0"), ["l0", "l0"]);
});
