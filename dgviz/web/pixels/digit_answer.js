/** The predictions of two networks for a digit and their cost, as bars and sentences. */

import { known } from "../core/format.js";
import { el, setAttribute, setText } from "../kit/dom.js";
import { swatch } from "../kit/legend.js";
import { topTwo } from "./digit_predictions.js";
import { macText, predictionText } from "./digit_text.js";
import { predictionBars } from "./prediction_bars.js";

/** @param {boolean} hasTest whether the page has the test that offers a baseline too */
const noBaseline = (hasTest) =>
  "This run has no dense baseline to compare with. You can train one " +
  `${hasTest ? "at the bottom of this page, or " : ""}on the Live page.`;

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {{onChoose: (k: number) => void}} handlers onChoose: a class was chosen
 */
export function digitAnswer(card, { onChoose }) {
  const bars = predictionBars({ onChoose });
  const headline = el("p", { class: "headline" });
  const [cost, caveat] = [el("p"), el("p", { class: "muted" })];
  const costs = el("div", { class: "costs" }, cost, caveat);
  const [ours, baseline] = [swatch("active", "this network"), swatch("baseline")];
  const baselineText = el("span");
  const chart = el(
    "div",
    { class: "predictions" },
    bars.node,
    el("div", { class: "legend" }, ours.node, baseline.node, baselineText),
  );

  /** @param {import("./digit_story.js").State} state */
  function draw({ names, probs, dense, truth, k, macs, gated, routes }) {
    setText(headline, predictionText(names, probs, truth));
    setAttribute(headline, "data-right", truth === null ? "" : String(topTwo(probs)[0] === truth));
    bars.draw({ names, probs, dense, truth, chosen: k });
    baseline.node.hidden = !dense;
    setText(baseline.label, `dense baseline${epochOf(card.baseline)}`);
    setText(baselineText, dense ? "" : baselineSentence(card));
    const [costText, caveatText] = macText(macs, gated, routes !== null);
    setText(cost, costText);
    setText(caveat, caveatText);
  }
  return { headline, chart, costs, bars, draw };
}

/** @param {import("../kit/mounting.js").Card} card */
function baselineSentence({ store, baseline, data }) {
  if (store.status?.is_baseline) return "This run is the dense baseline itself.";
  return baseline ? "Waiting for the dense baseline." : noBaseline(!data.routing);
}

/**
 * The newest known epoch of a run: ", epoch 6".
 * @param {?import("../core/store.js").Store} store
 */
function epochOf(store) {
  const epoch = store?.gates?.meta.epoch;
  return known(epoch) ? `, epoch ${Number(epoch.toFixed(1))}` : "";
}
