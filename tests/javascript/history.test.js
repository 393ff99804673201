import assert from "node:assert/strict";
import { test } from "node:test";

import { isStep, watch } from "../../dgviz/web/shell/history.js";

const at = (address) => new URL(address, "http://localhost");

test("another page is a step, with or without a user action", () => {
  assert.ok(isStep(at("/"), at("/runs"), false));
});

test("another sweep is a step after a user action", () => {
  assert.ok(isStep(at("/sweep?axes=beta&beta=1,2"), at("/sweep?sweep=a"), true));
  assert.ok(isStep(at("/sweep?sweep=a"), at("/sweep"), true));
  assert.ok(isStep(at("/sweep?sweep=a"), at("/sweep?folder=%2Fa"), true));
  assert.ok(!isStep(at("/sweep?sweep=a"), at("/sweep?sweep=a&compare=b&epoch=2"), true));
});

test("another run is a step after a user action", () => {
  assert.ok(isStep(at("/?preset=paper"), at("/?preset=paper&run=a"), true));
  assert.ok(isStep(at("/runs?run=a"), at("/runs?run=a&run=b"), true));
  assert.ok(isStep(at("/runs?run=a"), at("/runs"), true));
});

test("a page that completes its own URL is not a step", () => {
  assert.ok(!isStep(at("/"), at("/?preset=paper&run=a"), false));
});

test("a setting, a replay step, a pin or a search is not a step", () => {
  assert.ok(!isStep(at("/?run=a"), at("/?beta=2&run=a"), true));
  assert.ok(!isStep(at("/?run=a&at=7"), at("/?run=a"), true));
  assert.ok(!isStep(at("/pixels?run=a"), at("/pixels?run=a&pixel=350"), true));
  assert.ok(!isStep(at("/runs?search=le"), at("/runs?search=lec"), true));
});

/** A window whose history entries can be read. */
function pretend(address) {
  const listeners = {};
  const page = {
    location: at(address),
    entries: [at(address).search],
    addEventListener: (kind, listener) => (listeners[kind] = listener),
    act: (kind) => listeners[kind](),
    history: {
      pushState: (_state, _unused, url) => page.entries.push(go(url)),
      replaceState: (_state, _unused, url) => page.entries.splice(-1, 1, go(url)),
    },
  };
  const go = (url) => {
    page.location.href = at(url).href;
    return at(url).search;
  };
  watch(page);
  return page;
}

test("only other pages and other runs add history entries", () => {
  const page = pretend("/");
  page.history.pushState({}, "", "/?preset=paper");
  page.act("keydown");
  page.history.pushState({}, "", "/?preset=paper&beta=2");
  page.act("click");
  page.history.pushState({}, "", "/?preset=paper&beta=2&run=a");
  page.history.pushState({}, "", "/?preset=paper&beta=3&run=a");
  assert.deepEqual(page.entries, ["?preset=paper&beta=2", "?preset=paper&beta=3&run=a"]);
  page.act("click");
  page.history.pushState({}, "", "/runs");
  page.history.pushState({}, "", "/runs?run=a");
  assert.deepEqual(page.entries.slice(2), ["?run=a"]);
  page.act("click");
  // Back: the click belongs to the previous page.
  page.act("popstate");
  page.history.pushState({}, "", "/runs?run=b");
  assert.deepEqual(page.entries.slice(2), ["?run=b"]);
});
