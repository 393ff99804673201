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
  model.setRun("a", "running");
  move(0.6);
  assert.equal(preview.get(), 0.6);
  model.receive(tau(0.6));
  assert.equal(preview.get(), 0.6);
  preview.confirm(0.6);
  assert.equal(preview.get(), null);
});

test("without an answer the preview ends after a time", () => {
  model.setRun("a", "running");
  move(0.6);
  mock.timers.tick(10_000);
  assert.equal(preview.get(), null);
});

test("while a run is paused, the preview stays on the pictures", () => {
  model.setRun("a", "paused");
  move(0.6);
  model.receive(tau(0.6));
  mock.timers.tick(10_000);
  assert.equal(preview.get(), 0.6);
});

test("an ended run shows its own value until another one is chosen", () => {
  for (const choose of [() => model.receive(tau(0.7)), () => move(0.7)]) {
    model.setRun("a", "paused");
    move(0.6);
    model.receive(tau(0.6));
    model.setRun("a", "stopped");
    assert.equal(preview.get(), null);
    choose();
    mock.timers.tick(2900);
    model.setRun("a", "stopped");
    assert.equal(preview.get(), 0.7);
    // Another run has a value of its own.
    model.receive(tau(0.6));
    model.setRun("b", "stopped");
    assert.equal(preview.get(), null);
  }
});

test("after a reload an ended run shows its own value", () => {
  model = new KnobModel();
  model.setRun("a", "stopped");
  model.receive(tau(0.6));
  assert.equal(preview.get(), null);
});

test("a preset that is chosen while a run is paused is previewed as well", () => {
  model.setRun("a", "paused");
  model.receive(tau(0.6));
  mock.timers.tick(10_000);
  assert.equal(preview.get(), 0.6);
});

test("a change just before a pause is previewed once the run is paused", () => {
  model.setRun("a", "running");
  model.receive(tau(0.6));
  assert.equal(preview.get(), null);
  model.setRun("a", "paused");
  assert.equal(preview.get(), 0.6);
});

test("on Resume the preview stays until the trainer uses the value", () => {
  model.setRun("a", "paused");
  move(0.6);
  model.receive(tau(0.6));
  mock.timers.tick(10_000);
  model.setRun("a", "running");
  assert.equal(preview.get(), 0.6);
  preview.confirm(0.6);
  assert.equal(preview.get(), null);
});

test("a knob from Python waits while the slider is held, and until the sent value is confirmed", () => {
  model.setRun("a", "paused");
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
  model.setRun("a", "paused");
  move(0.6);
  remove();
  assert.equal(preview.get(), null);
  mock.timers.tick(10_000);
  assert.equal(preview.get(), null);
});
