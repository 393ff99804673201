import assert from "node:assert/strict";
import { test } from "node:test";

import { mount } from "../../dgviz/web/loader.js";

/** Modules with one card, which records its runs in `mounted`. */
function recordingModules() {
  const mounted = [];
  return { modules: { card: { mount: ({ data }) => mounted.push(data.run) } }, mounted };
}

const component = (parentElement, run, issued) => ({ parentElement, data: { run, issued } });

test("older data that come after newer data are not mounted", () => {
  const { modules, mounted } = recordingModules();
  const place = {};
  mount("card", component(place, "second", 2), modules);
  mount("card", component(place, null, 1), modules);
  assert.deepEqual(mounted, ["second"]);
});

test("the same data are mounted again when Streamlit calls again", () => {
  const { modules, mounted } = recordingModules();
  const place = {};
  for (const issued of [7, 7, 8]) mount("card", component(place, "first", issued), modules);
  assert.deepEqual(mounted, ["first", "first", "first"]);
});

test("places are independent of each other", () => {
  const { modules, mounted } = recordingModules();
  mount("card", component({}, "here", 2), modules);
  mount("card", component({}, "there", 1), modules);
  assert.deepEqual(mounted, ["here", "there"]);
});

test("a card gets all modules, to mount other cards", () => {
  const calls = [];
  const modules = { board: { mount: (...args) => calls.push(args) } };
  const first = component({}, "first", 1);
  mount("board", first, modules);
  assert.deepEqual(calls, [[first, modules]]);
});
