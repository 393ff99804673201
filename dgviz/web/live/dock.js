/** The live knobs and the most useful command, at the bottom of a small screen. */
import { el } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { commandButton } from "./command_button.js";
import { mainCommand } from "./commands.js";
import { knobRows } from "./knob_rows.js";

/** The largest margin of the page's content beside a sidebar that is no overlay. */
const MARGIN_PX = 16;
/** The time after which a command without an answer can be given again. */
const ANSWER_MS = 5000;

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, phase, resumable,
 *   ...}, see knob_rows.js; sends the triggers "start", "pause" and "resume"
 */
export const mount = (component) =>
  mountCard(component, {
    name: "dock",
    height: 0,
    channels: ["masks"],
    previews: true,
    follows: true,
    build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const rows = knobRows(card);
  const button = commandButton(card, mainCommand, { pauseMs: ANSWER_MS });
  button.node.classList.add("action");
  const bar = el(
    "div",
    { class: "dock-bar", role: "group", "aria-label": "Controls" },
    ...card.root.children,
    button.node,
  );
  card.root.append(bar);

  /** @param {Set<string>} kinds of changes */
  function draw(kinds) {
    // An open sidebar would cover a fixed bar, so the bar begins beside it.
    const left = Math.max(0, card.root.getBoundingClientRect().left - MARGIN_PX);
    bar.style.setProperty("--left", `${left}px`);
    rows.draw(kinds);
    button.draw();
  }
  function dispose() {
    rows.dispose();
    button.dispose();
  }
  return { draw, dispose };
}
