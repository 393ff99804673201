import assert from "node:assert/strict";
import { test } from "node:test";
import { UNKNOWN } from "../../dgviz/web/core/format.js";
import { measure } from "../../dgviz/web/core/measures.js";
import { pixelsOf } from "../../dgviz/web/core/pixels.js";
import {
  closedText,
  comparisonText,
  differenceText,
  missedText,
  outOfText,
  paperText,
  previewText,
  remainsOf,
  routedText,
  share,
  smallerText,
} from "../../dgviz/web/live/figure_text.js";
import { masksOnly } from "./blobs.js";

const run = (phase, ...tests) => ({
  status: { phase, method: "dynamicgate" },
  metrics: tests.map(([epoch, accuracy]) => ({ epoch, test_accuracy: accuracy })),
});

test("a share of connections keeps the digits that matter", () => {
  assert.deepEqual([1, 0.9999, 0.379, 0.0561, 0.0065, 0.000025, 0].map(share), [
    "100%",
    "99.9%",
    "37.9%",
    "5.6%",
    "0.65%",
    "< 0.01%",
    "0%",
  ]);
  assert.equal(share(null), UNKNOWN);
});

test("a difference within two standard errors is not called one", () => {
  assert.equal(
    differenceText(0.9797, 0.9792),
    "no clear difference from the dense baseline: +0.05\u00a0±\u00a00.20 points",
  );
  assert.equal(
    differenceText(0.9792, 0.9797),
    "no clear difference from the dense baseline: −0.05\u00a0±\u00a00.20 points",
  );
  assert.equal(
    differenceText(0.98, 0.98),
    "no clear difference from the dense baseline: 0.00\u00a0±\u00a00.20 points",
  );
});

test("a clear difference says which of the two is better", () => {
  assert.match(
    differenceText(0.9, 0.98),
    /^worse than the dense baseline by 8\.00\u00a0±\u00a00\.33 points$/,
  );
  assert.match(differenceText(0.98, 0.9), /^better than the dense baseline by 8\.00\u00a0±/);
});

test("the baseline is compared at the newest epoch at which both were tested", () => {
  const ours = run("running", [0, 0.1], [1, 0.94]);
  assert.equal(
    comparisonText(run("running", [0, 0.07]), run("finished", [0, 0.07], [1, 0.9])),
    "compared with the dense baseline once both have trained",
  );
  const theirs = run("finished", [0, 0.1], [1, 0.94], [15, 0.98]);
  assert.match(comparisonText(ours, theirs), /^at epoch 1, no clear .*: 0\.00\u00a0±/);
  assert.match(
    comparisonText(run("stopped", [1, 0.94], [1.4, 0.97]), theirs),
    /^at epoch 1, no clear/,
  );
  assert.match(comparisonText(run("finished", [15, 0.94]), theirs), /^at epoch 15, worse/);
  assert.match(
    comparisonText(run("running", [0.047, 0.5]), run("running", [0.047, 0.5])),
    /^at epoch 0\.05, /,
  );
  assert.match(
    comparisonText(run("running", [15, 0.9]), run("running", [2, 0.9])),
    /is at epoch 2\.0$/,
  );
  assert.match(comparisonText(ours, run("starting")), /is at epoch 0\.0$/);
});

test("without anything to compare there is no text", () => {
  assert.equal(comparisonText(run("running", [1, 0.9]), null), null);
  assert.equal(comparisonText(run("running"), run("finished", [1, 0.9])), null);
  assert.equal(comparisonText({ status: null, metrics: [] }, null), null);
});

test("a dense run is the baseline", () => {
  const dense = { ...run("running", [1, 0.9]), status: { phase: "running", is_baseline: true } };
  assert.equal(comparisonText(dense, null), "this is the dense baseline");
});

test("the paper's count is shown only for the paper's method, network and set-up", () => {
  const status = { method: "", preset: "paper" };
  assert.match(paperText(status, 203264), /60,000 – 100,000/);
  assert.equal(paperText({ ...status, method: "L0, hard concrete" }, 203264), "");
  assert.equal(paperText({ ...status, preset: "classroom" }, 203264), "");
  assert.equal(paperText(status, 12704), "");
  assert.equal(paperText(null, 203264), "");
});

test("a count of an unknown whole is an en dash", () => {
  assert.equal(outOfText(214, 256), "214 of 256");
  assert.equal(outOfText(undefined, 256), UNKNOWN);
});

test("the text on closed connections explains what closed means", () => {
  assert.equal(closedText(191892), "191,892 closed: their weights count as 0");
  assert.equal(closedText(1), "1 closed: its weight counts as 0");
  assert.equal(closedText(0), "every connection is active");
});

test("gates of pixels and hidden units leave a smaller dense network", () => {
  /** @param {number[]} first @param {number[]} second */
  const left = (first, second) =>
    smallerText(
      measure(
        masksOnly([
          [2, 3, first],
          [2, 2, second],
        ]),
        0.5,
      ),
    );
  assert.equal(
    left([1, 0, 1, 0, 0, 0], [1, 0, 1, 0]),
    "a dense network is left: 2 pixels × 1 hidden unit",
  );
  assert.equal(
    left([0, 0, 1, 0, 0, 1], [1, 1, 1, 1]),
    "a dense network is left: 1 pixel × 2 hidden units",
  );
  const all = [1, 1, 1, 1, 1, 1];
  assert.equal(left(all, [1, 1, 1, 1]), "", "nothing is closed");
  assert.equal(left([0, 0, 0, 0, 0, 0], [0, 0, 0, 0]), "", "nothing is left");
  assert.equal(left([1, 0, 1, 1, 0, 0], [1, 1, 1, 1]), "", "a connection is missing");
  assert.equal(left(all, [1, 0, 1, 0]), "", "a unit without outputs has connections");
  assert.equal(smallerText(null), "");
});

test("more connections than wanted are named once gates no longer change", () => {
  const method = { keep: 10000, frozenFrom: 2.5 };
  assert.equal(missedText(12345, 2.4, method), "", "gates may still close some");
  const text = "more than the 10,000 to keep: gates no longer change";
  for (const epoch of [2.5 - 1e-9, 5]) assert.equal(missedText(12345, epoch, method), text);
  assert.equal(missedText(10000, 5, method), "");
  assert.equal(missedText(12345, 5, { ...method, keep: 0 }), "", "no number is wanted");
});

test("pixels in use are the same as in the pixel map", () => {
  // Two units and four pixels: the first is always blank, the second has no active connection.
  const snapshot = masksOnly([
    [2, 4, [1, 0, 1, 1, 1, 0, 0, 1]],
    [1, 2, [1, 0]],
  ]);
  const facts = { image_shape: [1, 2, 2], alwaysZero: Uint8Array.of(1, 0, 0, 0) };
  assert.deepEqual(remainsOf(snapshot, facts, 0.5), [
    ["First layer", "5 of 8"],
    ["Output layer", "1 of 2"],
    ["Hidden units in use", "1 of 2"],
    ["Pixels in use", `${pixelsOf(snapshot, facts, 0.5).used} of 4`],
    ["Parameters", "8 of 13"],
    // Three pixels, one unit and one class; two bytes for the place of each pixel.
    ["Compacted, dense", "6 in 30 bytes"],
  ]);
  assert.deepEqual(remainsOf(snapshot, facts, 0.5)[3][1], "2 of 4");
  assert.ok(remainsOf(null).every(([, text]) => text === UNKNOWN));
});

test("layers of experts are counted together", () => {
  const snapshot = masksOnly([
    [1, 4, [1, 0, 1, 1]],
    [1, 4, [0, 0, 0, 1]],
    [2, 1, [1, 1]],
    [2, 1, [1, 0]],
  ]);
  const sources = ["", "", "0", "1"];
  for (const [i, layer] of snapshot.layers.entries()) layer.source = sources[i];
  assert.deepEqual(remainsOf(snapshot, null, 0.5).slice(0, 2), [
    ["First layers", "4 of 8"],
    ["Other layers", "3 of 4"],
  ]);
  assert.deepEqual(remainsOf(snapshot, null, 0.5).at(-1), ["Compacted, dense", UNKNOWN]);
});

test("the text on routed images has the number of routes, once it is known", () => {
  const routed = { meta: { routing: { routes: ["expert 1", "expert 2"] } } };
  assert.equal(
    routedText(routed, "expert"),
    "no connection is closed; how much each of the 2 experts counts depends on the image",
  );
  assert.equal(
    routedText(null, "path"),
    "no connection is closed; how much each of the paths counts depends on the image",
  );
});

test("the text on a previewed threshold has the reason for an unknown accuracy", () => {
  const text = (meta, isKnown = false) => previewText({ meta }, 0.6, isKnown);
  assert.equal(
    text({ accuracy_by_tau: [[0.6, 0.9]] }, true),
    "estimated on validation images, at τ 0.60",
  );
  assert.equal(text({}), "not known at τ 0.60: a recorded snapshot has no estimate");
  assert.equal(
    text({ accuracy_by_tau: null, validation_accuracy: 0.1 }),
    "not known at τ 0.60: the first estimate comes soon",
  );
  assert.equal(
    text({ accuracy_by_tau: null, validation_accuracy: null }),
    "not known at τ 0.60: there are no validation images to estimate it with",
  );
});
