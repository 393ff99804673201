/** A command button: which command it gives, and when it is enabled. */
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

/** The button of a run in this phase, and the commands that it has given. */
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
    isEnabled: () => button.node.attributes["aria-disabled"] === "false",
  };
}

test("a press gives the command on the button, even if the run has changed since", () => {
  const { commands, card, button } = shown("running");
  card.data.phase = "paused";
  button.node.click();
  assert.deepEqual(commands, ["pause"]);
  button.dispose();
});

test("a button that is mounted again is enabled, whatever was pressed before", () => {
  const { button, isEnabled } = shown("running");
  button.node.click();
  assert.ok(!isEnabled());
  button.dispose();
  button.draw();
  assert.ok(isEnabled());
});
