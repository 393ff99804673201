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

function move(value) {
  model.drag(value);
  model.commit(value);
}

test("while a run trains, the preview ends with the trainer's answer", () => {
  model.setIdle(false);
  move(0.6);
  assert.equal(preview.get(), 0.6);
  model.receive(tau(0.6));
  assert.equal(preview.get(), 0.6);
  preview.confirm(0.6);
  assert.equal(preview.get(), null);
});

test("without an answer the preview ends after a time", () => {
  model.setIdle(false);
  move(0.6);
  mock.timers.tick(10_000);
  assert.equal(preview.get(), null);
});

test("while no run trains, the preview stays on the pictures", () => {
  model.setIdle(true);
  move(0.6);
  model.receive(tau(0.6));
  mock.timers.tick(10_000);
  assert.equal(preview.get(), 0.6);
});

test("a preset that is chosen while no run trains is previewed as well", () => {
  model.setIdle(true);
  model.receive(tau(0.6));
  mock.timers.tick(10_000);
  assert.equal(preview.get(), 0.6);
});

test("a change just before a pause is previewed once no run trains", () => {
  model.setIdle(false);
  model.receive(tau(0.6));
  assert.equal(preview.get(), null);
  model.setIdle(true);
  assert.equal(preview.get(), 0.6);
});

test("on Resume the preview stays until the trainer uses the value", () => {
  model.setIdle(true);
  move(0.6);
  model.receive(tau(0.6));
  mock.timers.tick(10_000);
  model.setIdle(false);
  assert.equal(preview.get(), 0.6);
  preview.confirm(0.6);
  assert.equal(preview.get(), null);
});

test("a knob from Python waits while the slider is held, and until the sent value is confirmed", () => {
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

test("a value that Python does not confirm is replaced by Python's own", () => {
  move(0.6);
  model.receive(tau(0.5));
  assert.equal(model.value, 0.6);
  mock.timers.tick(10_000);
  assert.equal(model.value, 0.5);
  assert.equal(preview.get(), null);
});

test("without an answer Python's last value returns, but not during a drag", () => {
  move(0.6);
  model.drag(0.7);
  mock.timers.tick(10_000);
  assert.equal(model.value, 0.7);
  model.release();
  assert.equal(model.value, 0.5);
});

test("every value that is sent has its own time to be confirmed", () => {
  move(0.6);
  mock.timers.tick(2900);
  move(0.7);
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

test("the preview ends when the last row of the knob is removed", () => {
  const remove = model.addRow(() => {});
  model.setIdle(true);
  move(0.6);
  remove();
  assert.equal(preview.get(), null);
  mock.timers.tick(10_000);
  assert.equal(preview.get(), null);
});
