/** Sentences about the routes of a network: pure functions, without the DOM. */
import { capBelowOne, known, percent } from "../core/format.js";

/**
 * @typedef {import("./routed.js").Routing} Routing
 * @typedef {import("./routed.js").Taken} Taken
 */

/** A share in percent, below 100 unless it is 1. @param {number} share */
export const shareText = (share) => percent(capBelowOne(share, 2), 0);

/** @type {Object<string, (route: string, word: string) => string>} by kind of routing */
const ALONE = {
  mixture: (route, word) =>
    `Shown is ${route} alone. The network’s answer is the mean of the answers of all ${word}s, ` +
    "weighted by the router.",
  top: (route) =>
    `Shown is ${route} alone. For an image that it takes, its answer is multiplied by its share.`,
  switch: (route) =>
    `Shown is ${route}. For an image that it takes, its answer is multiplied by the router’s ` +
    "probability, and the shortcut from the pixels to the classes is added.",
  skip: () =>
    "Shown are the hidden and the output layer: all that is computed for an image that skips the " +
    "residual layer.",
  mix: (route) =>
    `Shown is ${route} with the output layer, as if it were not mixed with the others.`,
};

/**
 * What the cards show that have one route at a time.
 * @param {Routing} routing @param {string} route
 */
export const routeText = ({ kind, word }, route) => ALONE[kind]?.(route, word) ?? "";

/**
 * Of which images a unit's highest activation is: where a router chooses, also of those that it sends
 * elsewhere. "" where each image has all units.
 * @param {?Routing|undefined} routing
 */
export const searchedText = (routing) =>
  routing && ["top", "switch"].includes(routing.kind)
    ? ` All test images are searched, also those that take another ${routing.word}.`
    : "";

/** "expert 3 (71%) and expert 1 (29%)", largest share first. @param {Taken} taken */
function named({ names, shares }) {
  const ranked = [...shares.keys()]
    .filter((i) => shares[i] > 0)
    .sort((a, b) => shares[b] - shares[a]);
  return ranked.map((i) => `${names[i]} (${shareText(shares[i])})`).join(" and ");
}

/**
 * The probability of a gate, on the side of 50% on which it is.
 * @param {?number} prob @param {(x: number) => number} round
 */
const gateText = (prob, round) => percent(round(1000 * (prob ?? NaN)) / 1000, 1);

/** @type {Object<string, (taken: Taken, word: string) => string>} by kind of routing */
const TAKEN = {
  mixture: ({ names, shares, route }, word) =>
    `The network’s probabilities are the mean of those of its ${word}s, weighted by their shares. ` +
    `The picture shows ${names[route]} alone, which has a share of ${shareText(shares[route])}, ` +
    "and its own logit.",
  top: (taken) =>
    taken.shares.filter((share) => share > 0).length === 1
      ? `The router chose ${taken.names[taken.route]}.`
      : `The router chose ${named(taken)}. Their answers are multiplied by these shares and added.`,
  switch: ({ names, route, decision }) =>
    `The router chose ${names[route]}. Its answer is multiplied by the router’s probability, ` +
    `${shareText(decision ?? 1)}, and the shortcut from the pixels to the classes is added.`,
  skip: ({ shares: [computed], decision }) =>
    computed
      ? "The residual layer is computed for this image: the probability of its gate is " +
        `${gateText(decision, Math.ceil)}, above 50%. What it adds is counted with the hidden units that ` +
        "it reads."
      : "The residual layer is skipped for this image: the probability of its gate is " +
        `${gateText(decision, Math.floor)}, not above 50%.`,
  mix: (_, word) =>
    `For this image the ${word}s are multiplied by their shares and added. The hidden units are ` +
    `those of the mixed ${word}.`,
};

/**
 * Which routes an image took, and what the flow shows of them.
 * @param {Routing} routing @param {Taken} taken @param {boolean} isUnscaled see routed.js
 */
export function takenText({ kind, word }, taken, isUnscaled) {
  if (![...taken.shares, taken.decision ?? 1].every(known)) {
    return "The network has diverged: what decides on the routes is not a number.";
  }
  const unscaled = isUnscaled
    ? " This snapshot was recorded without the temperature of the attention, which is taken as 1: " +
      "early in training the shares were more even."
    : "";
  return (TAKEN[kind]?.(taken, word) ?? "") + unscaled;
}
