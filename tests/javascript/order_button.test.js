/** A button that gives orders: which one, and when it listens. */
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = {
  createElement: () => ({
    attributes: {},
    setAttribute(name, value) {
      this.attributes[name] = String(value);
    },
    getAttribute(name) {
      return this.attributes[name] ?? null;
    },
    append() {},
    addEventListener(kind, listener) {
      this[kind] = listener;
    },
  }),
};
const { orderButton } = await import("../../dgviz/web/live/order_button.js");
const { mainOrder } = await import("../../dgviz/web/live/orders.js");

/** The button of a run in this phase, and what it has been asked for. */
function shown(phase) {
  const orders = [];
  const component = { setTriggerValue: (name) => orders.push(name) };
  const card = { data: { phase }, whole: { status: null }, component };
  const button = orderButton(card, mainOrder, { patience: 60_000 });
  button.draw();
  return {
    orders,
    card,
    button,
    listens: () => button.node.attributes["aria-disabled"] === "false",
  };
}

test("a press means what the button says, also if the run has changed since it was drawn", () => {
  const { orders, card, button } = shown("running");
  card.data.phase = "paused";
  button.node.click();
  assert.deepEqual(orders, ["pause"]);
  button.dispose();
});

test("a button that is shown again does not wait for an answer from before", () => {
  const { button, listens } = shown("running");
  button.node.click();
  assert.ok(!listens());
  button.dispose();
  button.draw();
  assert.ok(listens());
});
