/** The class probabilities of two networks as bars; a click chooses a class. */

import { el, setAttribute, setText } from "../kit/dom.js";
import { rovingTabindex } from "../kit/roving.js";
import { topTwo } from "./digit_predictions.js";
import { likelihood } from "./digit_text.js";

/** Text for screen readers only. @param {string} text */
const spoken = (text) => el("span", { class: "spoken" }, text);

/** If there are more classes, only the most probable, the true and the chosen one are drawn. */
const MOST = 10;

/**
 * @typedef {Object} Bars
 * @property {string[]} names of the classes @property {Float32Array} probs by class
 * @property {?Float32Array} dense the dense baseline's @property {?number} truth the true class
 * @property {number} chosen a class
 *
 * @param {{onChoose: (k: number) => void}} handlers onChoose: a class was chosen
 * @returns {{node: HTMLElement, draw: (bars: Bars) => void, middleOf: (k: number) => number}}
 *   middleOf: the distance from the node's top to the middle of a class's row, in CSS pixels
 */
export function predictionBars({ onChoose }) {
  const node = el("div", {
    class: "bars",
    role: "group",
    "aria-label": "Class probabilities: choose a class to see what counts for it",
  });
  /** @type {Map<number, ReturnType<typeof makeRow>>} by class */
  const rows = new Map();
  const updateTabindex = rovingTabindex(node, "button");

  /** @param {number} k the class */
  function makeRow(k) {
    /** @param {"i"|"span"} tag @param {string} kind */
    const part = (tag, kind) => el(tag, { class: kind });
    const [name, truth] = [part("span", "name"), part("span", "truth")];
    const [ours, dense] = [part("i", "ours"), part("i", "dense")];
    const [amount, other] = [part("span", "percent"), part("span", "other")];
    const baseline = spoken(", dense baseline ");
    const button = el(
      "button",
      { type: "button", class: "bar-row" },
      el("span", { class: "class-name" }, name, truth),
      el("span", { class: "bar-pair" }, ours, dense),
      el("span", { class: "amounts" }, spoken(", this network "), amount, baseline, other),
    );
    button.addEventListener("click", () => onChoose(k));
    return { button, baseline, name, truth, ours, dense, percent: amount, other };
  }

  /** @param {number} k the class */
  function rowOf(k) {
    const row = rows.get(k) ?? makeRow(k);
    rows.set(k, row);
    return row;
  }

  /** @param {Bars} bars */
  function draw({ names, probs, dense, truth, chosen }) {
    const shown = shownOf(probs, truth, chosen);
    const buttons = shown.map((k) => rowOf(k).button);
    if (
      buttons.some((button, i) => node.children[i] !== button) ||
      node.children.length !== buttons.length
    )
      node.replaceChildren(...buttons);
    const [first] = topTwo(probs);
    for (const k of shown) {
      const row = rowOf(k);
      setText(row.name, names[k]);
      setText(row.truth, k === truth ? "true" : "");
      row.ours.style.width = `${100 * probs[k]}%`;
      row.dense.style.width = `${100 * (dense?.[k] ?? 0)}%`;
      row.dense.hidden = row.other.hidden = row.baseline.hidden = !dense;
      setText(row.percent, likelihood(probs[k]));
      setText(row.other, dense ? likelihood(dense[k]) : "");
      setAttribute(row.button, "aria-pressed", String(k === chosen));
      setAttribute(row.button, "data-first", String(k === first));
    }
    updateTabindex();
  }

  /** @param {number} k the class */
  function middleOf(k) {
    const button = rows.get(k)?.button;
    return button?.isConnected ? button.offsetTop - node.offsetTop + button.offsetHeight / 2 : 0;
  }
  return { node, draw, middleOf };
}

/** @param {Float32Array} probs @param {?number} truth @param {number} chosen */
function shownOf(probs, truth, chosen) {
  const all = Array.from(probs.keys());
  if (all.length <= MOST) return all;
  const ranked = all.sort((a, b) => probs[b] - probs[a]).slice(0, MOST);
  for (const k of [truth, chosen]) {
    if (k !== null && !ranked.includes(k)) ranked.push(k);
  }
  return ranked;
}
