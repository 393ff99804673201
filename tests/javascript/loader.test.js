import assert from "node:assert/strict";
import { test } from "node:test";

import { mount } from "../../dgviz/web/loader.js";

/** Modules whose one card notes the run that it is mounted with, in `mounted`. */
function noting() {
  const mounted = [];
  return { modules: { card: { mount: ({ data }) => mounted.push(data.run) } }, mounted };
}

/** A place on a page that has elements of these classes. */
function placeWith(...kinds) {
  const children = new Set(
    kinds.map((kind) => {
      const node = { kind, matches: (selector) => selector.split(", ").includes(kind) };
      node.remove = () => children.delete(node);
      return node;
    }),
  );
  return { children };
}

const component = (parentElement, run, issued) => ({ parentElement, data: { run, issued } });

test("older data that are handed over after newer ones are not mounted", () => {
  const { modules, mounted } = noting();
  const place = placeWith();
  mount("card", component(place, "second", 2), modules);
  mount("card", component(place, null, 1), modules);
  assert.deepEqual(mounted, ["second"]);
});

test("the same data are mounted again when Streamlit calls again", () => {
  const { modules, mounted } = noting();
  const place = placeWith();
  for (const issued of [7, 7, 8]) mount("card", component(place, "first", issued), modules);
  assert.deepEqual(mounted, ["first", "first", "first"]);
});

test("places do not know of each other", () => {
  const { modules, mounted } = noting();
  mount("card", component(placeWith(), "here", 2), modules);
  mount("card", component(placeWith(), "there", 1), modules);
  assert.deepEqual(mounted, ["here", "there"]);
});

test("a card that holds others is given all modules", () => {
  const given = [];
  const modules = { board: { mount: (...rest) => given.push(rest) } };
  const told = component(placeWith(), "first", 1);
  mount("board", told, modules);
  assert.deepEqual(given, [[told, modules]]);
});

test("cards of another version make way, and Streamlit's own elements stay", () => {
  const { modules } = noting();
  const place = placeWith("div", "link", ".dgviz", ".board");
  mount("card", component(place, "first", 1), modules);
  assert.deepEqual(
    [...place.children].map(({ kind }) => kind),
    ["div"],
  );
});
