/** A button that gives commands: which one, and when it listens. */
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
const { commandButton } = await import("../../dgviz/web/live/command_button.js");
const { mainCommand } = await import("../../dgviz/web/live/commands.js");

/** The button of a run in this phase, and what it has been asked for. */
function shown(phase) {
  const commands = [];
  const component = { setTriggerValue: (name) => commands.push(name) };
  const card = { data: { phase }, whole: { status: null }, component };
  const button = commandButton(card, mainCommand, { pauseMs: 60_000 });
  button.draw();
  return {
    commands,
    card,
    button,
    listens: () => button.node.attributes["aria-disabled"] === "false",
  };
}

test("a press means what the button says, also if the run has changed since it was drawn", () => {
  const { commands, card, button } = shown("running");
  card.data.phase = "paused";
  button.node.click();
  assert.deepEqual(commands, ["pause"]);
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
