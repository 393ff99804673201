import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

const pin = await import("../../dgviz/web/pixels/pin.js");
const pins = await import("../../dgviz/web/pixels/pins.js");

/** Python and the page around a component: it hears of a state that differs from the last one. */
function pretend() {
  const python = { heard: [], states: {} };
  const parentElement = { isConnected: true };
  function setStateValue(name, state) {
    const same = JSON.stringify(python.states[name]) === JSON.stringify(state);
    python.states[name] = state;
    if (!same) python.heard.push(state.value);
  }
  python.says = (data) => pins.mount({ parentElement, data, setStateValue });
  return python;
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("what is pinned once more after Back is told once more", () => {
  const python = pretend();
  python.says({ pixel: 100, unit: null });
  pin.set("pixel", 350);
  mock.timers.tick(1000);
  python.says({ pixel: 350, unit: null });
  python.says({ pixel: 100, unit: null });
  assert.equal(pin.get("pixel"), 100);
  pin.set("pixel", 350);
  mock.timers.tick(1000);
  assert.deepEqual(python.heard, [
    { pixel: 350, unit: null },
    { pixel: 350, unit: null },
  ]);
});
