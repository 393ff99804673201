/** What two nets say of a digit, and what it cost, in bars and sentences. */

import { known } from "../core/format.js";
import { el, mark, say } from "../kit/dom.js";
import { swatch } from "../kit/legend.js";
import { topTwo } from "./digit_predictions.js";
import { macText, verdict } from "./digit_text.js";
import { predictionBars } from "./prediction_bars.js";

const NO_TWIN =
  "This run has no dense baseline to compare with. You can train one at the bottom of " +
  "this page, or on the Live page.";

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {{onChoose: (k: number) => void}} wishes a class has been chosen
 */
export function answerOf(card, { onChoose }) {
  const bars = predictionBars({ onChoose });
  const headline = el("p", { class: "headline" });
  const [cost, caveat] = [el("p"), el("p", { class: "muted" })];
  const costs = el("div", { class: "costs" }, cost, caveat);
  const [ours, twin] = [swatch("kept", "this network"), swatch("twin")];
  const twinText = el("span");
  const said = el(
    "div",
    { class: "said" },
    bars.node,
    el("div", { class: "legend" }, ours.node, twin.node, twinText),
  );

  /** @param {import("./digit_story.js").State} state */
  function draw({ names, probs, dense, truth, k, macs, gated }) {
    say(headline, verdict(names, probs, truth));
    mark(headline, "data-right", truth === null ? "" : String(topTwo(probs)[0] === truth));
    bars.draw({ names, probs, dense, truth, chosen: k });
    twin.node.hidden = !dense;
    say(twin.label, `dense baseline${epochOf(card.twin)}`);
    say(twinText, dense ? "" : twinSentence(card));
    const [paid, honest] = macText(macs, gated);
    say(cost, paid);
    say(caveat, honest);
  }
  return { headline, said, costs, bars, draw };
}

/** @param {import("../kit/mounting.js").Card} card */
function twinSentence({ store, twin }) {
  if (store.status?.is_baseline) return "This run is the dense baseline itself.";
  return twin ? "Waiting for the dense baseline." : NO_TWIN;
}

/**
 * ", epoch 6": the newest that is known of a run.
 * @param {?import("../core/store.js").Store} store
 */
function epochOf(store) {
  const epoch = store?.gates?.meta.epoch;
  return known(epoch) ? `, epoch ${Number(epoch.toFixed(1))}` : "";
}
