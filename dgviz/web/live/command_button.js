/** A button that gives a command to a run, where that makes sense. */
import { el, onPress, setAttribute, setEnabled, setText } from "../kit/dom.js";
import { COMMANDS, mainCommand, standing } from "./commands.js";

/** A second press this soon after the button has changed its meaning meant the one before. */
const DOUBLE_TAP_MS = 600;

/**
 * @param {import("../kit/mounting.js").Card} card with {phase, resumable} in its data; the command is
 *   set off as a trigger of that name
 * @param {(run: import("./commands.js").Standing) => string} commandNow what it asks for now
 * @param {{patience?: number, given?: () => void}} [more] patience: milliseconds for which it does
 *   not listen after a command; given: called after each
 */
export function commandButton(card, commandNow, { patience = 0, given = () => {} } = {}) {
  const node = el("button", { type: "button" });
  let command = "";
  let deaf = 0;

  onPress(node, () => {
    // First of all: the run may have changed since the button was drawn.
    card.component.setTriggerValue(command, true);
    if (patience) ignoreFor(patience);
    draw();
    given();
  });

  /** @param {number} ms */
  function ignoreFor(ms) {
    clearTimeout(deaf);
    deaf = setTimeout(() => {
      deaf = 0;
      draw();
    }, ms);
  }

  function draw() {
    const run = standing(card);
    const next = commandNow(run);
    if (command && next !== command) ignoreFor(DOUBLE_TAP_MS);
    command = next;
    setText(node, COMMANDS[command].label);
    setAttribute(node, "title", COMMANDS[command].help);
    setAttribute(node, "data-main", command === mainCommand(run));
    setEnabled(node, !deaf && COMMANDS[command].possible(run));
  }

  function dispose() {
    clearTimeout(deaf);
    // A card that comes back is drawn by the same button.
    deaf = 0;
  }
  return { node, draw, dispose };
}
