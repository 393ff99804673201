/** The buttons in the head of the Live page: each command has a place of its own. */
import { el } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { commandButton } from "./command_button.js";
import { beginning } from "./commands.js";

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, phase, resumable};
 *   sets off the triggers named in commands.js
 */
export const mount = (component) =>
  mountCard(component, { name: "run-buttons", height: 38, follows: true, build });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const begin = commandButton(card, beginning, {
    // This button becomes Restart, which the next press of the Enter key should not mean.
    given: () => rest[0].node.focus(),
  });
  const rest = ["pause", "resume", "batch", "epoch", "stop"].map((command) =>
    commandButton(card, () => command),
  );
  const buttons = [begin, ...rest];
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
