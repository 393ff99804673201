/** The routing of images: reading it, and its texts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { courseOf, routingOf } from "../../dgviz/web/core/routing.js";
import { Store } from "../../dgviz/web/core/store.js";
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
  mean: [0.44, 0.56],
  images: 40,
  ...changes,
});

test("a routing is that of the validation images if there are any", () => {
  const { images, of } = routingOf(snapshot(given()));
  assert.deepEqual([images, of], [40, "validation"]);
  assert.equal(routingOf(snapshot(given(), { validation_accuracy: null })).of, "test");
});

test("a class without images has no shares", () => {
  assert.deepEqual(routingOf(snapshot(given())).byClass, [[0.25, 0.75], [1, 0], null]);
});

test("a method without routes has no routing, and neither has a damaged snapshot", () => {
  const damaged = [
    { routes: [] },
    { routes: ["<b>", "expert 2"] },
    { images: null },
    { by_class: [[0.25], [1], [0]] },
    { by_class: [] },
    { mean: undefined },
    { mean: [1] },
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
      "expert 1 has 44%, most of class 1 (100%). " +
      "expert 2 has 56%, most of class 0 (75%).",
  );
  assert.equal(shareText("class 0", "expert 2", 0.75), "class 0 · expert 2: 75.0%");
  assert.equal(shareText("class 2", "expert 1", null), "class 2 · expert 1: no images");
});

test("the course of a route comes from the log", () => {
  const store = new Store();
  const entry = (step, shares) => ({ kind: "routing", step, epoch: step / 10, shares });
  store.takeLog({
    start: 0,
    entries: [entry(0, [0.5, 0.5]), entry(10, [0.75, 0.25]), entry(20, [])],
  });
  assert.deepEqual(courseOf(store.routing, 1), [
    [0, 0.5],
    [1, 0.25],
  ]);
  // A resumed run repeats what it did after its checkpoint.
  store.takeLog({ start: 1, entries: [entry(10, [0.125, 0.875])] });
  assert.deepEqual(courseOf(store.routing, 0), [
    [0, 0.5],
    [1, 0.125],
  ]);
  const before = store.at({ meta: { step: 9, epoch: 0.9 } }, null);
  assert.deepEqual(courseOf(before.routing, 0), [[0, 0.5]]);
});
