import assert from "node:assert/strict";
import { test } from "node:test";

import { rovingTabindex } from "../../dgviz/web/kit/roving.js";

/** A fake list of buttons; `press` returns the effect of a key. */
function list(n) {
  const listeners = {};
  let focused = 0;
  const buttons = Array.from({ length: n }, (_, i) => ({
    attributes: {},
    matches: () => true,
    focus: () => (focused = i),
    getAttribute(name) {
      return this.attributes[name] ?? null;
    },
    setAttribute(name, value) {
      this.attributes[name] = value;
    },
  }));
  const settle = rovingTabindex(
    {
      querySelectorAll: () => buttons,
      addEventListener: (kind, listener) => (listeners[kind] = listener),
    },
    "button",
  );
  settle();
  const press = (key, held = {}) => {
    let taken = false;
    const target = buttons[focused];
    listeners.keydown({ key, target, preventDefault: () => (taken = true), ...held });
    return { focused, taken };
  };
  /** Indices of the buttons at which the Tab key stops. */
  const stops = () => buttons.flatMap((b, i) => (b.attributes.tabindex === "0" ? [i] : []));
  const focus = (i) => listeners.focusin({ target: buttons[i] });
  return { press, stops, focus };
}

test("the arrow keys, Home and End go from one button to another", () => {
  const { press } = list(3);
  assert.deepEqual(press("ArrowRight"), { focused: 1, taken: true });
  assert.deepEqual(press("ArrowUp"), { focused: 0, taken: true });
  assert.deepEqual(press("End"), { focused: 2, taken: true });
  assert.deepEqual(press("ArrowDown"), { focused: 2, taken: false });
});

test("the Tab key stops once, at the button that had the focus last", () => {
  const { stops, focus } = list(3);
  assert.deepEqual(stops(), [0]);
  focus(2);
  assert.deepEqual(stops(), [2]);
});

test("a key with Alt, Ctrl or Meta is left to the browser", () => {
  const { press } = list(3);
  press("ArrowRight");
  for (const modifier of ["altKey", "ctrlKey", "metaKey"]) {
    assert.deepEqual(press("ArrowLeft", { [modifier]: true }), { focused: 1, taken: false });
  }
});
