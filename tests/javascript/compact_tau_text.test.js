import assert from "node:assert/strict";
import { test } from "node:test";

import {
  cliffOf,
  cliffText,
  nearest,
  pointAt,
  readingOf,
} from "../../dgviz/web/compact/tau_text.js";

const widths = [400, 200, 10];
/** @param {Array<[number, ?number, number]>} points @param {number} own */
const curveOf = (points, own, images = 5000) => ({
  points: points.map(([tau, accuracy, connections]) => ({ tau, accuracy, connections, widths })),
  own,
  images,
});
const curve = curveOf(
  [
    [0.4, 0.9, 9000],
    [0.5, 0.98, 7586],
    [0.51, 0.9712, 1],
    [0.52, 0.969, 5498],
    [0.53, 0.975, 0],
  ],
  0.5,
);

test("the cliff begins where accuracy first falls by more than a point below that as trained", () => {
  assert.equal(cliffOf(curve), 0.51, "neither the lower accuracy before it, nor the later rise");
  assert.equal(
    cliffText(curve),
    "From τ 0.50 (as trained) up to τ 0.51, accuracy stays within 1 point. Beyond it lies the cliff.",
    "nothing is said of the lower accuracy at τ 0.40",
  );
  const exactlyOne = curveOf(
    [
      [0.5, 0.98, 9],
      [0.51, 0.97, 8],
    ],
    0.5,
  ); // prettier-ignore
  assert.equal(cliffOf(exactlyOne), null);
  assert.equal(
    cliffText(exactlyOne),
    "From τ 0.50 (as trained) up to τ 0.51, accuracy stays within 1 point.",
  );
});

test("without validation images there is no cliff, and the size is still told", () => {
  const unknown = curveOf(
    [
      [0.5, null, 9],
      [0.6, null, 8],
    ],
    0.5,
    0,
  ); // prettier-ignore
  assert.equal(cliffOf(unknown), null);
  assert.match(cliffText(unknown), /not known/);
  assert.equal(readingOf(unknown, 0.6), "τ 0.60: 8 connections in 400-200-10");
});

test("a run whose own threshold is the last before the cliff, or the last of all, says so", () => {
  const [, own, below] = curve.points;
  const atOnce = { ...curve, points: [own, { ...below, accuracy: 0.5 }] };
  assert.equal(
    cliffText(atOnce),
    "Right above τ 0.50 (as trained) lies the cliff: accuracy falls by more than 1 point.",
  );
  const last = { ...curve, points: curve.points.slice(0, 2) };
  assert.equal(cliffText(last), "No threshold above τ 0.50 (as trained) was measured.");
});

test("the reading compares with the run as trained", () => {
  assert.equal(
    readingOf(curve, 0.5),
    "τ 0.50: 98.00% of 5,000 validation images, as trained · 7,586 connections in 400-200-10",
  );
  assert.equal(
    readingOf(curve, 0.51),
    "τ 0.51: 97.12% of 5,000 validation images, 0.88 points less than as trained · 1 connection in 400-200-10",
  );
  assert.match(readingOf(curve, 0.53), /no connection is left/);
});

test("a threshold that the curve has no point of is not shown as another one", () => {
  for (const tau of [0.9, 0.514]) {
    assert.equal(pointAt(curve.points, tau), -1);
    assert.match(readingOf(curve, tau), /^τ 0\.(90|514): not measured on this curve\./);
  }
  assert.equal(pointAt(curve.points, 0.51), 2);
});

test("the slider stands at the point that is nearest", () => {
  assert.equal(nearest(curve.points, 0.514), 2);
  assert.equal(nearest(curve.points, 0), 0);
  assert.equal(nearest(curve.points, 1), 4);
});
