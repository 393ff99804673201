/** What the reader points at is lit up in all cards. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import * as highlight from "../../dgviz/web/compare/highlight.js";
import { view } from "../../dgviz/web/compare/view.js";

const [dense, tenth, twentieth] = [
  { key: "dense", method: "dense" },
  { key: "rigl@0.1", method: "rigl" },
  { key: "rigl@0.05", method: "rigl" },
];
const lit = () => [dense, tenth, twentieth].map(highlight.isLit);

afterEach(() => {
  highlight.point(null);
  view.set("highlight", "");
});

test("a row is lit alone, a method with all its rows, and without either everything", () => {
  assert.deepEqual(lit(), [true, true, true]);
  highlight.point("rigl@0.1");
  assert.deepEqual(lit(), [false, true, false]);
  highlight.point("rigl");
  assert.deepEqual(lit(), [false, true, true]);
  assert.equal(highlight.isChosen(dense), false);
});

test("a pin stays until it is pressed again, and pointing goes before it", () => {
  highlight.pin("dense");
  highlight.point("rigl");
  assert.deepEqual(lit(), [false, true, true]);
  highlight.point(null);
  assert.deepEqual(lit(), [true, false, false]);
  assert.ok(highlight.isPinned("dense"));
  highlight.pin("dense");
  assert.deepEqual(lit(), [true, true, true]);
});

test("cards are called once for each change", () => {
  let calls = 0;
  const end = highlight.subscribe(() => {
    calls += 1;
  });
  highlight.point("dense");
  highlight.point("dense");
  assert.equal(calls, 1);
  end();
  highlight.point(null);
  assert.equal(calls, 1);
});
