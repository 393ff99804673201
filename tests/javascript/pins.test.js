import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

const pin = await import("../../dgviz/web/pixels/pin.js");
const pins = await import("../../dgviz/web/pixels/pins.js");

const NONE = { pixel: null, unit: null, route: null, digit: null, digits: null, label: null };

/** Python and the page around a component: Python receives a state only if it has changed. */
function fakePython() {
  const python = { received: [], states: {} };
  const parentElement = { isConnected: true };
  function setStateValue(name, state) {
    const same = JSON.stringify(python.states[name]) === JSON.stringify(state);
    python.states[name] = state;
    if (!same) python.received.push(state.value);
  }
  python.send = (data) => pins.mount({ parentElement, data, setStateValue });
  return python;
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a pin that is set again after Back is sent again", () => {
  const python = fakePython();
  python.send({ ...NONE, pixel: 100 });
  pin.set("pixel", 350);
  mock.timers.tick(1000);
  python.send({ ...NONE, pixel: 350 });
  python.send({ ...NONE, pixel: 100 });
  assert.equal(pin.get("pixel"), 100);
  pin.set("pixel", 350);
  mock.timers.tick(1000);
  assert.deepEqual(python.received, [
    { ...NONE, pixel: 350 },
    { ...NONE, pixel: 350 },
  ]);
});

test("a pin that was set before the component was mounted is kept and sent", () => {
  const python = fakePython();
  python.send(NONE);
  pin.set("pixel", 205);
  const remounted = fakePython();
  remounted.send(NONE);
  assert.equal(pin.get("pixel"), 205);
  mock.timers.tick(1000);
  assert.deepEqual(remounted.received, [{ ...NONE, pixel: 205 }]);
});

test("a sent pin does not overwrite the pins of the next address", () => {
  const python = fakePython();
  python.send(NONE);
  pin.set("unit", 7);
  mock.timers.tick(1000);
  fakePython().send({ ...NONE, pixel: 12 });
  assert.equal(pin.get("pixel"), 12);
  assert.equal(pin.get("unit"), null);
});
