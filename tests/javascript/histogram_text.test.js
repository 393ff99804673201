import assert from "node:assert/strict";
import { test } from "node:test";
import { spokenText } from "../../dgviz/web/live/histogram_text.js";

test("the histogram is described in a sentence, with a threshold or without", () => {
  const counts = { active: 9512, total: 12704 };
  assert.equal(
    spokenText("probability of being active", counts, null),
    "Histogram of probability of being active: 9,512 of 12,704 connections are active.",
  );
  assert.equal(
    spokenText("gate probability", counts, 0.5),
    "Histogram of gate probability: 9,512 of 12,704 connections are above tau 0.50.",
  );
});
