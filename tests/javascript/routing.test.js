/** The routing of images: reading it, and its texts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { routingOf } from "../../dgviz/web/core/routing.js";
import {
  cellText,
  headsOf,
  meaningText,
  routingText,
  shareText,
} from "../../dgviz/web/live/routing_text.js";

const snapshot = (routing, meta = { validation_accuracy: 0.9 }) => ({
  layers: [],
  meta: { ...meta, routing },
});
const given = (changes = {}) => ({
  routes: ["expert 1", "expert 2"],
  by_class: [
    [0.25, 0.75],
    [1, 0],
    [0, 0],
  ],
  images: 40,
  ...changes,
});

test("the mean is that of the classes with images", () => {
  const routing = routingOf(snapshot(given()));
  assert.deepEqual(routing.mean, [0.625, 0.375]);
  assert.deepEqual([routing.images, routing.of], [40, "validation"]);
});

test("a class without images has no shares", () => {
  assert.deepEqual(routingOf(snapshot(given())).byClass, [[0.25, 0.75], [1, 0], null]);
});

test("without validation images it is that of the test images", () => {
  assert.equal(routingOf(snapshot(given(), { validation_accuracy: null })).of, "test");
});

test("a method without routes has no routing, and neither has a damaged snapshot", () => {
  const damaged = [
    { routes: [] },
    { routes: ["<b>", "expert 2"] },
    { images: null },
    { by_class: [[0.25], [1], [0]] },
    { by_class: [] },
    {
      by_class: [
        [0.25, null],
        [1, 0],
        [0, 0],
      ],
    },
  ];
  for (const routing of [undefined, ...damaged.map(given)]) {
    assert.equal(routingOf(snapshot(routing)), null);
  }
  assert.equal(routingOf(null), null);
});

test("a share below 1 is not shown as 100", () => {
  assert.deepEqual([0, 0.004, 0.413, 0.999, 1, null].map(cellText), [
    "0",
    "0",
    "41",
    "99",
    "100",
    "–",
  ]);
});

test("numbered routes share a heading", () => {
  assert.deepEqual(headsOf(["expert 1", "expert 2"], "expert"), {
    group: "expert",
    heads: ["1", "2"],
  });
  const paths = ["hidden layer", "skipped"];
  assert.deepEqual(headsOf(paths, "path"), { group: "", heads: paths });
});

test("the texts name the images, the classes and the shares", () => {
  const routing = routingOf(snapshot(given()));
  assert.match(
    meaningText(routing, "expert"),
    /an expert’s mean share .* the 40 validation images/,
  );
  assert.match(meaningText(routing, "path"), /a path’s mean share/);
  assert.equal(
    routingText(routing, ["0", "1", "2"]),
    "Mean shares on the 40 validation images: " +
      "expert 1 has 63%, most of class 1 (100%). " +
      "expert 2 has 38%, most of class 0 (75%).",
  );
  assert.equal(shareText("class 0", "expert 2", 0.75), "class 0 · expert 2 · mean share 75.0%");
  assert.equal(shareText("class 2", "expert 1", null), "class 2 · expert 1 · no images");
});
