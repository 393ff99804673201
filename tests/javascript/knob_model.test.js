import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

globalThis.requestAnimationFrame = (draw) => setTimeout(draw);
const { KnobModel } = await import("../../dgviz/web/live/knob_model.js");
const preview = await import("../../dgviz/web/core/preview.js");

const tau = (value) => ({ name: "tau", value, begun: 0.5, stops: [0.5, 0.6], preview: true });
let model;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  preview.set(null);
  preview.confirm(0.5);
  model = new KnobModel();
  model.receive(tau(0.5));
});

function release(value) {
  model.drag(value);
  model.commit(value);
}

test("while a run trains, what was tried gives way to the trainer's answer", () => {
  model.setIdle(false);
  release(0.6);
  assert.equal(preview.get(), 0.6);
  model.receive(tau(0.6));
  assert.equal(preview.get(), 0.6);
  preview.confirm(0.6);
  assert.equal(preview.get(), null);
});

test("an answer that does not come is not waited for", () => {
  model.setIdle(false);
  release(0.6);
  mock.timers.tick(10_000);
  assert.equal(preview.get(), null);
});

test("while nothing trains, what was tried stays on the pictures", () => {
  model.setIdle(true);
  release(0.6);
  model.receive(tau(0.6));
  mock.timers.tick(10_000);
  assert.equal(preview.get(), 0.6);
});

test("a preset that is chosen while nothing trains is drawn as well", () => {
  model.setIdle(true);
  model.receive(tau(0.6));
  mock.timers.tick(10_000);
  assert.equal(preview.get(), 0.6);
});

test("what was turned just before a pause is drawn once nothing trains", () => {
  model.setIdle(false);
  model.receive(tau(0.6));
  assert.equal(preview.get(), null);
  model.setIdle(true);
  assert.equal(preview.get(), 0.6);
});

test("on Resume the trainer has a snapshot to take over", () => {
  model.setIdle(true);
  release(0.6);
  model.receive(tau(0.6));
  mock.timers.tick(10_000);
  model.setIdle(false);
  assert.equal(preview.get(), 0.6);
  preview.confirm(0.6);
  assert.equal(preview.get(), null);
});

test("what Python says waits while the slider is held, and while its own answer is on the way", () => {
  model.setIdle(true);
  model.drag(0.6);
  model.receive(tau(0.7));
  assert.equal(model.value, 0.6);
  model.commit(0.6);
  assert.equal(model.value, 0.6);
  model.receive(tau(0.6));
  model.receive(tau(0.7));
  assert.equal(model.value, 0.7);
});

test("a value that Python does not take over falls back to its own", () => {
  release(0.6);
  model.receive(tau(0.5));
  assert.equal(model.value, 0.6);
  mock.timers.tick(10_000);
  assert.equal(model.value, 0.5);
  assert.equal(preview.get(), null);
});

test("an answer that does not come leaves what Python said last, and no finger is moved", () => {
  release(0.6);
  model.drag(0.7);
  mock.timers.tick(10_000);
  assert.equal(model.value, 0.7);
  model.release();
  assert.equal(model.value, 0.5);
});

test("every value that is sent is waited for anew", () => {
  release(0.6);
  mock.timers.tick(2900);
  release(0.7);
  mock.timers.tick(2900);
  assert.equal(model.value, 0.7);
  model.receive(tau(0.7));
  mock.timers.tick(10_000);
  assert.equal(model.value, 0.7);
});

test("two rows show one value", () => {
  const seen = [];
  model.addRow(() => seen.push(["sidebar", model.value]));
  model.addRow(() => seen.push(["dock", model.value]));
  model.drag(0.6);
  assert.deepEqual(seen, [
    ["sidebar", 0.6],
    ["dock", 0.6],
  ]);
});

test("with its last row the knob leaves the pictures alone", () => {
  const hide = model.addRow(() => {});
  model.setIdle(true);
  release(0.6);
  hide();
  assert.equal(preview.get(), null);
  mock.timers.tick(10_000);
  assert.equal(preview.get(), null);
});
