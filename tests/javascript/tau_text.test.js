import assert from "node:assert/strict";
import { test } from "node:test";

import { estimate, tauText } from "../../dgviz/web/live/tau_text.js";
import { gatedSnapshot, masksOnly } from "./blobs.js";

/** Ten gates, at the probabilities 0.1 to 1. */
const layer = [2, 5, Array.from({ length: 10 }, (_, i) => 20 * (i + 1))];
const curve = [
  [0.5, 0.9],
  [0.6, 0.8],
];
const store = (meta, metrics = []) => ({ gates: gatedSnapshot([layer], meta), metrics });

test("the text on a threshold has its active connections and its accuracy", () => {
  const previewed = store({ tau: 0.5, accuracy_by_tau: curve }, [{ test_accuracy: 0.95 }, {}]);
  assert.equal(
    tauText(previewed, 0.55),
    "τ 0.55: 50.0% of connections active, about 90.0% accuracy.",
  );
});

test("an estimate stays between 0 and 1, and needs a curve", () => {
  assert.equal(estimate(store({ tau: 0.6, accuracy_by_tau: curve, test_accuracy: 0.98 }), 0.5), 1);
  assert.equal(estimate(store({ tau: 0.5, test_accuracy: 0.9 }), 0.6), null);
  assert.equal(
    tauText(store({ tau: 0.5, test_accuracy: 0.9 }), 0.95),
    "τ 0.95: 10.0% of connections active.",
  );
});

test("counts of the gate probabilities give the same text as the probabilities", () => {
  const whole = store({ tau: 0.5, preview: true, scores: "gate probability" });
  const counted = store({ ...whole.gates.meta, score_counts: new Array(201).fill(0) });
  for (const byte of layer[2]) counted.gates.meta.score_counts[byte] += 1;
  counted.gates.layers[0].scores = null;
  for (const tau of [0, 0.5, 0.7, 1]) assert.equal(tauText(counted, tau), tauText(whole, tau));
});

test("without gate probabilities there is no text on another threshold", () => {
  const unscored = store({ tau: 0.5, test_accuracy: 0.9 });
  unscored.gates.layers[0].scores = null;
  assert.equal(tauText(unscored, 0.95), "");
  assert.equal(tauText(unscored, 0.5), "τ 0.50: 50.0% of connections active.");
});

test("there is no text for a network without gates", () => {
  assert.equal(tauText({ gates: masksOnly([[1, 2, [1, 0]]]), metrics: [] }, 0.5), "");
  assert.equal(tauText({ gates: null, metrics: [] }, 0.5), "");
});
