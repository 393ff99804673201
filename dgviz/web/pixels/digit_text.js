/** The sentences of a digit's story: pure functions, without the DOM. */
import { capBelowOne, count, percent, signed } from "../core/format.js";
import { topTwo } from "./digit_predictions.js";

/** @param {string[]} names @param {Float32Array} probs @param {?number} truth */
export function predictionText(names, probs, truth) {
  const [first] = topTwo(probs);
  const sure = likelihood(probs[first], 0).replace("> ", "more than ");
  const text = `Predicted ${names[first]} (${sure})`;
  if (truth === null) return text;
  return truth === first ? `${text}: correct` : `${text}: wrong, it is ${names[truth]}`;
}

/** A probability in percent, never rounded up to 100%. @param {number} prob */
export const likelihood = (prob, digits = 1) =>
  prob > 0.9995 ? "> 99.9%" : percent(prob, prob > 0.99 ? 1 : digits);

/**
 * @param {{dense: number, active: number, taken: number}} macs
 * @param {boolean} gated @param {boolean} routed @returns {[string, string]} the cost of this digit, and a caveat
 */
export function macText({ dense, active, taken }, gated, routed) {
  /** @param {number} part @param {number} whole */
  const share = (part, whole) => percent(capBelowOne(part / whole, 2), part / whole < 0.1 ? 1 : 0);
  if (routed) {
    return [
      `The network computes ${count(active)} multiplications for this image. It needs ` +
        `${count(taken)} of them (${share(taken, active)}): an input of 0 needs none. All layers ` +
        `together have ${count(dense)} weights.`,
      "",
    ];
  }
  if (!gated) {
    return [
      `This image needs ${count(taken)} of the network’s ${count(dense)} multiplications ` +
        `(${share(taken, dense)}): an input of 0 needs none.`,
      "",
    ];
  }
  if (!active) return ["No connection is active: the biases alone give the answer.", ""];
  return [
    `This image needs ${count(taken)} of the ${count(active)} multiplications of the active ` +
      `connections (${share(taken, active)}): an input of 0 needs none. The dense network has ` +
      `${count(dense)} multiplications.`,
    "A mask alone saves no time, because the zeros are multiplied too. Time is saved when closed " +
      "connections are removed from the network.",
  ];
}

/**
 * "unit 5", "unit 5 of expert 2", "the shortcut"
 * @param {?import("./network.js").Place} place
 */
export const partName = (place) =>
  place ? `unit ${place.unit}${place.of ? ` of ${place.of}` : ""}` : "the shortcut";

/**
 * The same for a label: "unit 5", "expert 2 · 5", "shortcut"; where it must be small "5" or "2 · 5".
 * @param {?import("./network.js").Place} place @param {boolean} small
 */
export function partLabel(place, small) {
  if (!place) return "shortcut";
  const { unit, of } = place;
  if (of) return `${small ? of.replace(/^\D+/, "") : of} · ${unit}`;
  return small ? `${unit}` : `unit ${unit}`;
}

/** @param {import("./digit_path.js").Path} path @param {string} name of the class */
export function pathText(
  { strongest, isDirect, contributing, strongestShare, plus, minus, bias, logit },
  name,
) {
  const sum =
    `Its logit is ${signed(plus, 2)} (for) − ${signed(minus, 2)} (against) ` +
    `${bias < 0 ? "−" : "+"} ${signed(Math.abs(bias), 2)} (bias) = ${signed(logit, 2)}.`;
  if (!contributing && !isDirect) return `No hidden unit counts for or against ${name}. ${sum}`;
  const units = strongest.length - Number(isDirect);
  const more = isDirect ? " and the shortcut" : "";
  const subject =
    units < contributing
      ? `The ${units} largest of ${count(contributing)} units${more} account for ${percent(strongestShare, 0)}`
      : contributing === 1 && !isDirect
        ? "One unit accounts for all"
        : `${count(contributing)} unit${contributing === 1 ? "" : "s"}${more} account for all`;
  return `${subject} of the evidence for and against ${name}. ${sum}`;
}
