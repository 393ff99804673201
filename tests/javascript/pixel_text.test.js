import assert from "node:assert/strict";
import { test } from "node:test";
import { ALWAYS_BLANK, IN_USE, UNUSED } from "../../dgviz/web/core/pixels.js";
import { macText, pathText, predictionText } from "../../dgviz/web/pixels/digit_text.js";
import { pixelText } from "../../dgviz/web/pixels/evidence_text.js";
import { pixelHistoryText, unitHistoryText } from "../../dgviz/web/pixels/history_text.js";
import { busiestText, kindText, listedText, listText } from "../../dgviz/web/pixels/pixel_facts.js";

const some = (n) => Array.from({ length: n }, () => ({}));
const snapshots = [0, 1, 2, 3].map((epoch) => ({ meta: { epoch } }));

test("the kind of a pixel is explained", () => {
  const gated = { prunes: true, scores: "gate probability" };
  const [pruning, dense] = [
    { prunes: true, scores: "" },
    { prunes: false, scores: "" },
  ];
  const words = (facts, meta = gated) => kindText({ units: 0, withOutput: 0, ...facts }, { meta });
  const all = some(256);
  assert.equal(
    words({ kind: IN_USE, active: some(48), all, units: 48, withOutput: 45 }),
    "48 of its 256 connections are active, to 48 hidden units, of which 45 have an active output.",
  );
  assert.equal(
    words({ kind: UNUSED, active: [], all }),
    "It has ink in some training images. None of its 256 connections is active.",
  );
  assert.equal(
    words({ kind: ALWAYS_BLANK, active: [], all }),
    "It is 0 in every training image, so only the penalty β moves its gates, and they say nothing " +
      "about importance. None of its 256 connections is active.",
  );
  assert.equal(
    words({ kind: ALWAYS_BLANK, active: some(12), all }, pruning),
    "It is 0 in every training image, so its weights keep their initial values until their " +
      "connections close, and say nothing about importance. 12 of its 256 connections are active.",
  );
  assert.equal(
    words({ kind: ALWAYS_BLANK, active: all, all }, dense),
    "It is 0 in every training image, so its weights have never changed.",
  );
  assert.equal(
    words({ kind: IN_USE, active: all, all }, dense),
    "This method takes no connection away: all 256 are active.",
  );
  assert.equal(
    words({ kind: IN_USE, active: all, all, units: 256, withOutput: 256 }, pruning),
    "256 of its 256 connections are active, to 256 hidden units.",
  );
});

test("a pixel and its list are described with what the method has", () => {
  const texts = (meta) => [busiestText, listedText].map((text) => text({ meta }));
  assert.deepEqual(texts({ prunes: true, scores: "probability of being active" }), [
    "Show the pixel with the most connections",
    "Largest first: its weight, its probability of being active p, and the unit’s active outputs.",
  ]);
  assert.deepEqual(texts({ prunes: false, scores: "" }), [
    "Show the pixel with the largest weights",
    "Largest first: its weight and the unit’s active outputs.",
  ]);
});

test("a shortened list gives the number of all connections", () => {
  assert.equal(listText(0, 0), "This pixel has no active connection.");
  assert.equal(listText(14, 14), "");
  assert.equal(
    listText(14, 166),
    "These are the 14 largest of its 166 active connections. The table has all of them.",
  );
});

test("the history of a pixel names its first and its last active connection", () => {
  assert.equal(
    pixelHistoryText(snapshots, [4, 3, 2, 1], true),
    "It has active connections from the beginning to the end.",
  );
  assert.equal(
    pixelHistoryText(snapshots, [4, 3, 0, 0], false),
    "Its last connection closed at epoch 2.0 or shortly before.",
  );
  assert.equal(
    pixelHistoryText(snapshots, [0, 3, 0, 1], false),
    "It had active connections at epoch 1.0 and has some now, but for some time in between it had none.",
  );
  assert.equal(
    pixelHistoryText(snapshots, [4, 0, 3, 1], true),
    "It had active connections at the beginning and at the end, but for some time in between it had none.",
  );
  assert.equal(
    pixelHistoryText(snapshots, [4, 0, 3, 0], true),
    "Its last connection closed at epoch 3.0 or shortly before. For some time before that it had none either.",
  );
  assert.equal(
    pixelHistoryText(snapshots, [0, 0, 0, 0], true),
    "It had no active connection in any of these snapshots.",
  );
});

test("the history of a dead unit names what it lacks", () => {
  assert.equal(
    unitHistoryText(snapshots, { inputs: [3, 2, 0, 0], outputs: [1, 1, 1, 1] }, true),
    "It was in use from the beginning. It has been dead since epoch 2.0: its last input has closed.",
  );
  assert.equal(
    unitHistoryText(snapshots, { inputs: [0, 2, 2, 2], outputs: [1, 1, 1, 1] }, false),
    "It is in use from epoch 1.0 until now.",
  );
  assert.equal(
    unitHistoryText(snapshots, { inputs: [2, 0, 2, 2], outputs: [1, 1, 1, 1] }, true),
    "It was in use at the beginning and at the end, but for some time in between it was dead.",
  );
  assert.equal(
    unitHistoryText(snapshots, { inputs: [2, 0, 2, 0], outputs: [1, 1, 1, 1] }, true),
    "It was in use at the beginning. It has been dead since epoch 3.0: its last input has closed. " +
      "For some time before that it was dead as well.",
  );
});

test("a prediction is right, wrong, or without a label", () => {
  const names = ["cat", "dog"];
  assert.equal(predictionText(names, [0.2, 0.8], null), "Predicted dog (80%)");
  assert.equal(predictionText(names, [0.2, 0.8], 1), "Predicted dog (80%): correct");
  assert.equal(
    predictionText(names, [0.9999, 0.0001], 1),
    "Predicted cat (more than 99.9%): wrong, it is dog",
  );
});

test("the multiplications of an image are compared with all", () => {
  assert.equal(
    macText({ dense: 203264, active: 11372, taken: 4419 }, true)[0],
    "This image needs 4,419 of the 11,372 multiplications of the active connections (39%): an " +
      "input of 0 needs none. The dense network has 203,264 multiplications.",
  );
  assert.deepEqual(macText({ dense: 100, active: 100, taken: 30 }, false), [
    "This image needs 30 of the network’s 100 multiplications (30%): an input of 0 needs none.",
    "",
  ]);
});

test("the amounts for and against a class add up to its logit", () => {
  const path = {
    strongest: some(8),
    isDirect: false,
    contributing: 133,
    strongestShare: 0.28,
    plus: 14,
    minus: 6.2,
    bias: -0.12,
    logit: 7.68,
  };
  assert.equal(
    pathText(path, "7"),
    "The 8 largest of 133 units account for 28% of the evidence for and against 7. " +
      "Its logit is 14.00 (for) − 6.20 (against) − 0.12 (bias) = 7.68.",
  );
});

test("a pixel's values are given by class", () => {
  const evidence = {
    shape: { width: 2 },
    names: ["4", "9"],
    blank: [0, 1],
    classes: [
      [0.5, 0],
      [-0.25, 0],
    ],
  };
  const comparison = { pair: [0, 1], gap: [0.75, 0] };
  assert.equal(
    pixelText(evidence, 0, comparison, null),
    "row 0, column 0 · highest: class 4, +0.5 · lowest: class 9, −0.25 · 4 minus 9: +0.75",
  );
  assert.equal(
    pixelText(evidence, 1, comparison, 0),
    "row 0, column 1 · always blank · not connected to any class",
  );
});
