import assert from "node:assert/strict";
import { test } from "node:test";

import { mount } from "../../dgviz/web/loader.js";

/** Imports that end when, and in the order in which, the test says so. */
function imports() {
  const mounted = [];
  const module = { mount: ({ data }) => mounted.push(data.run) };
  const under = [];
  const load = () => new Promise((resolve, reject) => {
    under.push({ end: () => resolve(module), fail: () => reject(new Error("no network")) });
  });
  return { load, mounted, under };
}

const component = (parentElement, run, issued) => ({ parentElement, data: { run, issued } });

/** A place on a page, as far as the loader knows one. */
function emptyPlace() {
  const children = new Set();
  return { children, append: (node) => children.add(node) };
}

globalThis.document = {
  createElement: () => {
    const node = { words: "", setAttribute() {}, append: (words) => (node.words += words) };
    node.remove = () => place.children.delete(node);
    return node;
  },
};
let place = emptyPlace();

for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]]) {
  test(`whatever import ends last, the newest is mounted last: ${order}`, async () => {
    const { load, mounted, under } = imports();
    place = emptyPlace();
    const calls = [null, "first", "second"].map((run, i) =>
      mount("curves", component(place, run, i), load));
    for (const at of order) under[at].end();
    await Promise.all(calls);
    assert.deepEqual(mounted, ["second"]);
  });
}

test("older data that are handed over after newer ones are not mounted", async () => {
  const { load, mounted, under } = imports();
  place = emptyPlace();
  const newer = mount("curves", component(place, "second", 2), load);
  const older = mount("curves", component(place, null, 1), load);
  under.forEach(({ end }) => end());
  await Promise.all([newer, older]);
  assert.deepEqual(mounted, ["second"]);
});

test("the same data are mounted again when Streamlit calls again", async () => {
  const { load, mounted, under } = imports();
  place = emptyPlace();
  for (const at of [0, 1]) {
    const call = mount("curves", component(place, "first", 7), load);
    under[at].end();
    await call;
  }
  assert.deepEqual(mounted, ["first", "first"]);
});

test("places do not know of each other", async () => {
  const { load, mounted, under } = imports();
  const calls = [mount("curves", component(emptyPlace(), "here", 2), load),
    mount("curves", component(emptyPlace(), "there", 1), load)];
  under.toReversed().forEach(({ end }) => end());
  await Promise.all(calls);
  assert.deepEqual(mounted.toSorted(), ["here", "there"]);
});

test("a module that does not come is said, and the next change asks again", async (t) => {
  t.mock.method(console, "error", () => {});
  const { load, mounted, under } = imports();
  place = emptyPlace();
  const lost = mount("curves", component(place, "first", 1), load);
  under[0].fail();
  await lost;
  const [excuse] = place.children;
  assert.match(excuse.words, /could not be loaded/);
  const found = mount("curves", component(place, "first", 2), load);
  under[1].end();
  await found;
  assert.deepEqual(mounted, ["first"]);
  assert.equal(place.children.size, 0);
});
