import assert from "node:assert/strict";
import { test } from "node:test";

import { cliffOf, cliffText, nearest, readingOf } from "../../dgviz/web/compact/tau_text.js";

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
  assert.match(cliffText(curve), /^Up to τ 0\.51, .* Beyond it lies the cliff\.$/);
  const exactlyOne = curveOf(
    [
      [0.5, 0.98, 9],
      [0.51, 0.97, 8],
    ],
    0.5,
  ); // prettier-ignore
  assert.equal(cliffOf(exactlyOne), null);
  assert.match(cliffText(exactlyOne), /^Up to τ 0\.51, .* as trained\.$/);
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
  assert.equal(readingOf(unknown, 1), "8 connections in 400-200-10");
});

test("the reading compares with the run as trained", () => {
  assert.equal(
    readingOf(curve, 1),
    "98.00% of 5,000 validation images, as trained · 7,586 connections in 400-200-10",
  );
  assert.equal(
    readingOf(curve, 2),
    "97.12% of 5,000 validation images, 0.88 points less than as trained · 1 connection in 400-200-10",
  );
  assert.match(readingOf(curve, 4), /no connection is left/);
});

test("a threshold between two points is shown at the nearer one", () => {
  assert.equal(nearest(curve.points, 0.514), 2);
  assert.equal(nearest(curve.points, 0), 0);
  assert.equal(nearest(curve.points, 1), 4);
});
