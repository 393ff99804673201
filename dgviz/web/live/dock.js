/** The live knobs and the one action that makes most sense now, below the charts on a phone. */
import { el } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { commandButton } from "./command_button.js";
import { mainCommand } from "./commands.js";
import { knobRows } from "./knob_rows.js";

/** What the page has at most on each side of its content where a sidebar is no overlay. */
const MARGIN_PX = 16;
/** How long a command may stay unanswered before it can be given again. */
const PATIENCE_MS = 5000;

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, phase, resumable,
 *   ...}, see knob_rows.js; sets off the triggers "start", "pause" and "resume"
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
  const button = commandButton(card, mainCommand, { patience: PATIENCE_MS });
  button.node.classList.add("action");
  const bar = el(
    "div",
    { class: "dock-bar", role: "group", "aria-label": "Controls" },
    ...card.root.children,
    button.node,
  );
  card.root.append(bar);

  /** @param {Set<string>} kinds of news */
  function draw(kinds) {
    // Beside an open sidebar: it would lie over what is fixed.
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
