import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOf, spokenText, titleText } from "../../dgviz/web/live/histogram_text.js";

const snapshot = { meta: { scores: "probability of being active" } };

test("scores have the method's name for them", () => {
  assert.equal(nameOf(snapshot), "probability of being active");
  assert.equal(titleText(snapshot), "Probability of being active");
  assert.deepEqual([null, { meta: { scores: "" } }].map(titleText), [
    "Gate probability",
    "Gate probability",
  ]);
});

test("the histogram is described in a sentence, with a threshold or without", () => {
  const counts = { active: 9512, total: 12704 };
  assert.equal(
    spokenText(snapshot, counts, null),
    "Histogram of probability of being active: 9,512 of 12,704 connections are active.",
  );
  assert.equal(
    spokenText({ meta: { scores: "gate probability" } }, counts, 0.5),
    "Histogram of gate probability: 9,512 of 12,704 connections are above tau 0.50.",
  );
});
