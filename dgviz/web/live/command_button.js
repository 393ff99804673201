/** A button that gives a command to a run. */
import { el, onPress, setAttribute, setEnabled, setText } from "../kit/dom.js";
import { COMMANDS, mainCommand, runState } from "./commands.js";

/** A press this soon after the button changed its command was meant for the command before. */
const DOUBLE_TAP_MS = 600;

/**
 * @param {import("../kit/mounting.js").Card} card with {phase, resumable} in its data; a command is
 *   the trigger of that name
 * @param {(run: import("./commands.js").RunState) => string} commandFor the command for a state
 * @param {{pauseMs?: number, onCommand?: () => void}} [options] pauseMs: for which it is disabled
 *   after a command; onCommand: called after each
 */
export function commandButton(card, commandFor, { pauseMs = 0, onCommand = () => {} } = {}) {
  const node = el("button", { type: "button" });
  let command = "";
  let disabledTimer = 0;

  onPress(node, () => {
    // Send the command that the button shows, even if the run has changed since.
    card.component.setTriggerValue(command, true);
    if (pauseMs) disableFor(pauseMs);
    draw();
    onCommand();
  });

  /** @param {number} ms */
  function disableFor(ms) {
    clearTimeout(disabledTimer);
    disabledTimer = setTimeout(() => {
      disabledTimer = 0;
      draw();
    }, ms);
  }

  function draw() {
    const run = runState(card);
    const next = commandFor(run);
    if (command && next !== command) disableFor(DOUBLE_TAP_MS);
    command = next;
    setText(node, COMMANDS[command].label);
    setAttribute(node, "title", COMMANDS[command].help);
    setAttribute(node, "data-main", command === mainCommand(run));
    setEnabled(node, !disabledTimer && COMMANDS[command].possible(run));
  }

  function dispose() {
    clearTimeout(disabledTimer);
    // The card may be mounted again with this button.
    disabledTimer = 0;
  }
  return { node, draw, dispose };
}
