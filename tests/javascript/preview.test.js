import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import * as preview from "../../dgviz/web/core/preview.js";
import { gatedSnapshot, masksOnly } from "./blobs.js";

let drawn = 0;
globalThis.requestAnimationFrame = (draw) => {
  draw();
  return 0;
};
preview.subscribe(() => (drawn += 1));

afterEach(() => {
  preview.touch(false);
  preview.set(null);
  drawn = 0;
});

const snapshot = (meta = {}) =>
  gatedSnapshot([[1, 2, [110, 120]]], { tau: 0.5, tau_knob: 0.5, ...meta });

test("a snapshot is drawn with its own tau until another one is previewed", () => {
  assert.equal(preview.tauFor(snapshot()), 0.5);
  preview.confirm(0.5);
  preview.set(0.5);
  assert.equal(preview.isPreviewing(snapshot()), false);
  preview.set(0.56);
  assert.equal(preview.tauFor(snapshot()), 0.56);
});

test("under a schedule the preview is scaled as the trainer would scale the knob", () => {
  const scheduled = snapshot({ tau: 0.125, tau_knob: 0.5 });
  preview.set(0.6);
  assert.equal(preview.tauFor(scheduled), 0.15);
  // At the start of a warm-up tau is 0 for every value of the knob.
  assert.equal(preview.tauFor(snapshot({ tau: 0, tau_knob: 0.5 })), 0);
});

test("there is no preview without gate probabilities, or without a threshold for them", () => {
  preview.set(0.6);
  const [unsent, other] = [snapshot(), snapshot({ preview: false })];
  unsent.layers[0].scores = null;
  for (const one of [unsent, other, masksOnly([[1, 1, [1]]])]) {
    assert.equal(preview.isPreviewing(one), false);
    assert.equal(preview.tauFor(one), 0.5);
  }
  assert.equal(preview.isPreviewing(null), false);
});

test("a press on the slider notifies the cards before tau has changed", () => {
  assert.equal(preview.isLikely(), false);
  preview.touch(true);
  assert.equal(preview.isLikely(), true);
  preview.touch(true);
  assert.equal(drawn, 1);
  preview.touch(false);
  assert.equal(preview.isLikely(), false);
  preview.set(0.6);
  assert.equal(preview.isLikely(), true);
  assert.equal(drawn, 3);
});

test("after the release a preview ends in three seconds, unless the slider moves again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  preview.set(0.6);
  preview.release();
  t.mock.timers.tick(2999);
  assert.equal(preview.get(), 0.6);
  t.mock.timers.tick(1);
  assert.equal(preview.get(), null);
  preview.set(0.6);
  preview.release();
  preview.set(0.7);
  t.mock.timers.tick(3000);
  assert.equal(preview.get(), 0.7);
});
