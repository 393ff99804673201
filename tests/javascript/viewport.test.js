import assert from "node:assert/strict";
import { test } from "node:test";

import { Viewport } from "../../dgviz/web/kit/viewport.js";

const stateOf = ({ x, y, size }) => [x, y, size];

test("zooming keeps the point under the pointer in its place, and ends at the smallest size", () => {
  const view = new Viewport();
  view.zoomAt(0.75, 0.25, 2, 0.1);
  assert.deepEqual(stateOf(view), [0.375, 0.125, 0.5]);
  view.zoomAt(0.5, 0.5, 100, 0.25);
  assert.deepEqual(stateOf(view), [0.5, 0.25, 0.25]);
  view.zoomAt(0.5, 0.5, 1 / 100, 0.25);
  assert.deepEqual([view.isWhole, ...stateOf(view)], [true, 0, 0, 1]);
});

test("a zoom out of almost everything shows everything", () => {
  const view = new Viewport();
  view.size = 0.9;
  view.zoomAt(0.5, 0.5, 0.9 / 0.9995, 0.1);
  assert.equal(view.isWhole, true);
});

test("no zoom and no pan leaves the picture", () => {
  const view = new Viewport();
  view.zoomAt(0.5, 0.5, 2, 0.1);
  for (const [across, down, x, y] of [
    [9, -9, 0, 0.5],
    [-9, 9, 0.5, 0],
    [0.5, -0.5, 0.25, 0.25],
  ]) {
    view.pan(across, down);
    assert.deepEqual(stateOf(view), [x, y, 0.5]);
  }
  view.zoomAt(1, 1, 0.75, 0.1);
  assert.ok(view.x + view.size <= 1 && view.x >= 0);
});

test("a box is brought into sight by the smallest move", () => {
  const view = new Viewport();
  view.size = 0.5;
  view.reveal(0.75, 0.25, 0.125, 0.125);
  assert.deepEqual(stateOf(view), [0.375, 0, 0.5]);
  view.reveal(0.25, 0.75, 0.125, 0.125);
  assert.deepEqual(stateOf(view), [0.25, 0.375, 0.5]);
});
