/** Labels touch neither each other nor what is drawn. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { around, placeLabels } from "../../dgviz/web/compare/labels.js";

const area = { left: 0, top: 0, right: 300, bottom: 300 };
const label = (x, y, width = 60) => ({ x, y, width, height: 14 });
const boxOf = ({ x, y, width, height }, { dx, dy }) =>
  around({ x: x + dx, y: y + dy }, width / 2, height / 2);
const touch = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

test("a label is above its point, or where there is room", () => {
  const [above] = placeLabels([label(150, 150)], [], area);
  assert.deepEqual([above.dx, Math.sign(above.dy), above.hasLine], [0, -1, false]);
  const [below] = placeLabels([label(150, 5)], [], area);
  assert.deepEqual([below.dx, Math.sign(below.dy)], [0, 1]);
  const [right] = placeLabels([label(5, 150)], [], area);
  assert.ok(right.dx > 0);
});

test("many labels of near points touch nothing, and each run gives the same places", () => {
  // A linear congruential generator: the same points every time.
  let state = 7;
  const random = () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const labels = Array.from({ length: 14 }, () =>
    label(100 + 120 * random(), 80 + 150 * random(), 20 + 60 * random()),
  );
  const dots = Array.from({ length: 6 }, () =>
    around({ x: 300 * random(), y: 300 * random() }, 8, 8),
  );
  const placed = placeLabels(labels, dots, area);
  assert.deepEqual(placeLabels(labels, dots, area), placed);
  const boxes = labels.flatMap((one, at) => (placed[at] ? [boxOf(one, placed[at])] : []));
  assert.ok(boxes.length >= 12, `${boxes.length} labels have a place`);
  const marks = labels.map((point) => around(point, 6, 6));
  boxes.forEach((box, at) => {
    for (const other of [...dots, ...marks, ...boxes.slice(0, at)]) assert.ok(!touch(box, other));
    assert.ok(box.left >= 0 && box.right <= 300 && box.top >= 0 && box.bottom <= 300);
  });
});

test("a label without a line is nearest to its own point", () => {
  const [first, second] = placeLabels([label(150, 150), label(158, 128)], [], area);
  assert.ok(first.hasLine || first.dy > 0);
  assert.ok(second.dy < 0);
});

test("a label without a free place is left out", () => {
  assert.deepEqual(placeLabels([label(150, 150)], [{ ...area }], area), [null]);
});
