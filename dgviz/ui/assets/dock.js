/** The live knobs and the one action of the moment, at hand beneath the pictures on a phone. */
import { el, mark, say } from "./dom.js";
import { knobRows } from "./knob_rows.js";
import { mountCard } from "./mounting.js";
import { ENDED } from "./store.js";

/** A second tap this soon after the button has changed its meaning meant the one before. */
const DOUBLE_TAP_MS = 600;
/** How long an order may stay unanswered before it can be given again. */
const PATIENCE_MS = 5000;
const LABELS = { start: "Start", pause: "Pause", resume: "Resume" };

/**
 * @param {Object} component data: {run, token, phase, ...}, see knob_rows.js; sets off the triggers
 *   "start", "pause" and "resume"
 */
export const mount = (component) =>
  mountCard(component, { name: "dock", height: 0, channels: ["gates"], follows: true, build });

/** @param {import("./mounting.js").Card} card */
function build(card) {
  const rows = knobRows(card);
  const button = el("button", { type: "button", class: "action" });
  const bar = el("div", { class: "dock-bar", role: "group", "aria-label": "Controls" },
    ...card.root.children, button);
  card.root.append(bar);
  let action = "";
  let deaf = 0;

  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    ignoreFor(PATIENCE_MS);
    drawButton();
    card.component.setTriggerValue(action, true);
  });

  function ignoreFor(ms) {
    clearTimeout(deaf);
    deaf = setTimeout(() => {
      deaf = 0;
      drawButton();
    }, ms);
  }

  function phaseNow() {
    if (card.data.run == null) return "idle";
    const { phase } = card.whole.status ?? {};
    // A page that the server refuses to tell can still give orders.
    return phase === "lost" ? card.data.phase : phase;
  }

  function drawButton() {
    const phase = phaseNow();
    const next = actionIn(phase);
    if (action && next !== action) ignoreFor(DOUBLE_TAP_MS);
    action = next;
    say(button, LABELS[action]);
    mark(button, "data-action", action);
    // A button that is really disabled would lose the keyboard's focus.
    mark(button, "aria-disabled", Boolean(deaf) || (action === "pause" && phase !== "running"));
  }

  function draw(kinds) {
    rows.draw(kinds);
    drawButton();
  }
  function dispose() {
    clearTimeout(deaf);
    rows.dispose();
  }
  return { draw, dispose };
}

/** @param {string} [phase] of the run, where it is known */
function actionIn(phase) {
  if (phase === "paused") return "resume";
  return ["idle", "elsewhere", ...ENDED].includes(phase) ? "start" : "pause";
}
