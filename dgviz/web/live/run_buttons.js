/** The buttons at the top of the Live page: each command has its own place. */
import { el } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { commandButton } from "./command_button.js";
import { startCommand } from "./commands.js";

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, phase, resumable};
 *   sends the triggers named in commands.js
 */
export const mount = (component) =>
  mountCard(component, { name: "run-buttons", height: 38, follows: true, build });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const start = commandButton(card, startCommand, {
    // This button becomes Restart, which the next press of the Enter key must not give.
    onCommand: () => others[0].node.focus(),
  });
  const others = ["pause", "resume", "batch", "epoch", "stop"].map((command) =>
    commandButton(card, () => command),
  );
  const buttons = [start, ...others];
  card.root.append(
    el(
      "div",
      { class: "row", role: "group", "aria-label": "Run" },
      ...buttons.map(({ node }) => node),
    ),
  );
  return {
    draw: () => buttons.forEach((button) => button.draw()),
    dispose: () => buttons.forEach((button) => button.dispose()),
  };
}
