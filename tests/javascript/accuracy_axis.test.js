import assert from "node:assert/strict";
import { test } from "node:test";

import { accuracyFloor } from "../../dgviz/web/core/accuracy_axis.js";

const long = [
  [0, 10],
  [0.5, 90],
  [1, 95],
  [8, 97.9],
];

test("the axis begins below all points after the first epoch", () => {
  assert.equal(accuracyFloor([long]), 94);
});

test("a run in its first epoch is in sight, with a dense baseline as well", () => {
  const short = [
    [0, 10],
    [0.1, 70],
    [0.3, 86.1],
    [0.6, 90.5],
    [0.9, 92.2],
  ];
  assert.equal(accuracyFloor([short]), 85);
  assert.equal(accuracyFloor([short, [], long]), 85);
});

test("a run that has just started is in sight; without a run the axis begins at 0", () => {
  assert.equal(accuracyFloor([[[0, 10]]]), 0);
  assert.equal(accuracyFloor([[], []]), 0);
});
