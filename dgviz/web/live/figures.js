/**
 * The headline figures: the accuracy, compared with the dense baseline, and the active connections.
 */

import { count, known, percent, ratio, threshold, UNKNOWN } from "../core/format.js";
import { isDense } from "../core/gates.js";
import { measure } from "../core/measures.js";
import * as preview from "../core/preview.js";
import { el, focusedElement, setAttribute, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import {
  closedText,
  comparisonText,
  missedText,
  paperText,
  previewText,
  routedText,
  share,
  smallerText,
} from "./figure_text.js";
import { estimate } from "./tau_text.js";

const ACCURACY_MEANS = "the share of test images that the network classifies correctly";
const BASELINE = "the dense baseline";
const ALL_ACTIVE = "this method takes no connection away";
/** What the bar will show. @param {import("../kit/mounting.js").Method} method */
const barText = ({ masks }) =>
  masks ? "Press Start: the bar empties as connections close." : ALL_ACTIVE;

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, method, baseline: {run,
 *   token} | null}; sends the trigger "train_baseline"
 */
export const mount = (component) =>
  mountCard(component, {
    name: "figures",
    height: 124,
    channels: ["masks", "facts"],
    follows: true,
    previews: true,
    build,
  });

/**
 * @typedef {import("../core/gates.js").Snapshot} Snapshot
 * @typedef {import("../core/store.js").Metrics} Metrics
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const accuracy = figure("Test accuracy", "accuracy");
  const connections = figure("Active connections", "connections");
  const train = el("button", { type: "button", class: "link" }, "train the dense baseline");
  // The button stays until the baseline exists; the server starts no second one.
  train.addEventListener("click", () => card.component.setTriggerValue("train_baseline", true));
  const [before, after] = [el("span"), el("span")];
  const link = el("a", { class: "link", title: "Show this run" }, BASELINE);
  accuracy.sentence.append(before, link, after);
  accuracy.sentence.after(" ", train);
  const symbol = el("span", { class: "symbol" });
  connections.name.append(symbol);
  const fill = el("div");
  const bar = el(
    "div",
    {
      class: "share",
      role: "meter",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
    },
    fill,
  );
  connections.line.before(bar);
  card.root.append(el("div", { class: "headline-figures" }, accuracy.node, connections.node));

  /** @param {?Snapshot} snapshot @param {Metrics[]} metrics */
  function drawAccuracy(snapshot, metrics) {
    /** @param {string} field @returns {?number|undefined} */
    const last = (field) => metrics.findLast((entry) => known(entry[field]))?.[field];
    const value = last("test_accuracy") ?? snapshot?.meta.test_accuracy;
    const previewing = snapshot !== null && preview.isPreviewing(snapshot) && known(value);
    const estimated = previewing ? estimate(card.store, card.tau) : null;
    const compared = comparisonText(card.store, card.baseline);
    const [validation, loss] = [last("validation_accuracy"), last("train_loss")];
    const sentence = previewing
      ? previewText(snapshot, card.tau, known(estimated))
      : (compared ?? (known(value) ? "no dense baseline to compare with yet:" : ACCURACY_MEANS));
    const tested = previewing ? UNKNOWN : percent(value ?? null);
    accuracy.show({
      value: known(estimated) ? `≈ ${percent(estimated, 1)}` : tested,
      aside: [
        known(validation) ? `validation ${percent(validation)}` : "",
        known(loss) ? `training loss ${loss.toFixed(4)}` : "",
      ],
      previewing,
    });
    showSentence(sentence);
    showOffer(!previewing && compared === null && known(value));
  }

  /**
   * Shows the offer to train the baseline. When it goes, its focus moves to the link to the baseline.
   * @param {boolean} isOffered
   */
  function showOffer(isOffered) {
    const hadFocus = focusedElement(train) === train;
    train.hidden = !isOffered;
    if (!isOffered && hadFocus) link.focus();
  }

  /** Shows a sentence, with a link from the baseline to its run. @param {string} sentence */
  function showSentence(sentence) {
    const { baseline } = card.data;
    const [start, ...rest] = baseline ? sentence.split(BASELINE) : [sentence];
    link.hidden = !rest.length;
    if (baseline) setAttribute(link, "href", `./?run=${baseline.run}`);
    setText(before, start);
    setText(after, rest.join(BASELINE));
  }

  /** @param {?Snapshot} snapshot @param {Metrics[]} metrics */
  function drawConnections(snapshot, metrics) {
    const { status } = card.store;
    connections.entitle("Active connections");
    const counts = snapshot && measure(snapshot, card.tau);
    // The log has the figures of a run whose snapshots are lost.
    const active = counts?.active ?? metrics.at(-1)?.active_weights;
    const r = counts ? counts.active / counts.total : metrics.at(-1)?.active_ratio;
    const previewing = preview.isPreviewing(snapshot);
    connections.show({
      value: share(r),
      aside: [
        counts ? `of ${count(counts.total)} connections` : "",
        known(active) ? `${count(active)} multiplications an image` : "",
      ],
      previewing,
    });
    setText(
      connections.sentence,
      !known(r)
        ? card.emptyText(barText(card.data.method))
        : isDense(snapshot)
          ? ALL_ACTIVE
          : previewing
            ? `at τ ${threshold(card.tau)}`
            : missed(snapshot, active, metrics) ||
              smallerText(counts) ||
              paperText(status, counts?.total) ||
              (counts ? closedText(counts.total - counts.active) : ""),
    );
    setText(symbol, known(r) && !isDense(snapshot) ? `active ratio r ${ratio(r)}` : "");
    drawBar("active connections", r, share(r));
  }

  /**
   * @param {?Snapshot} snapshot @param {?number|undefined} active @param {Metrics[]} metrics
   */
  function missed(snapshot, active, metrics) {
    const epoch = snapshot?.meta.epoch ?? metrics.at(-1)?.epoch;
    return known(active) && known(epoch) ? missedText(active, epoch, card.data.method) : "";
  }

  /**
   * The mean cost of an image, for a network that closes no connection but routes the images.
   * @param {?Snapshot} snapshot @param {Metrics[]} metrics
   */
  function drawRouted(snapshot, metrics) {
    const { routes } = card.data.method;
    connections.entitle("Multiplications an image, on average");
    const total = snapshot && measure(snapshot, card.tau).total;
    const macs = snapshot?.meta.macs_per_input ?? metrics.at(-1)?.macs;
    const text = count(macs ?? null);
    connections.show({
      value: text,
      aside: total ? ["the network has", `${count(total)} connections`] : ["", ""],
      previewing: false,
    });
    setText(
      connections.sentence,
      known(macs) ? routedText(snapshot, routes) : card.emptyText(routedText(null, routes)),
    );
    setText(symbol, "");
    drawBar("multiplications", known(macs) && total ? macs / total : null, text);
  }

  /**
   * @param {string} name of what fills the bar @param {?number|undefined} part in [0, 1] or more
   * @param {string} text
   */
  function drawBar(name, part, text) {
    const filled = 100 * Math.min(1, part ?? 0);
    fill.style.width = `${filled}%`;
    setAttribute(bar, "aria-label", name);
    setAttribute(bar, "aria-valuenow", filled);
    setAttribute(bar, "aria-valuetext", known(part) ? text : card.emptyText("no run yet"));
  }

  function draw() {
    const { gates, metrics } = card.store;
    drawAccuracy(gates, metrics);
    if (card.data.method.routes) drawRouted(gates, metrics);
    else drawConnections(gates, metrics);
  }
  return { draw };
}

/**
 * A figure: its name, its value with two lines beside it, and a sentence.
 * @param {string} title @param {string} kind a CSS class
 */
function figure(title, kind) {
  const value = el("div", { class: "value" }, UNKNOWN);
  const lines = [el("div"), el("div")];
  const middle = el("div", { class: "middle" }, value, el("div", { class: "aside" }, ...lines));
  const heading = el("span");
  const name = el("div", { class: "name" }, heading);
  const sentence = el("span");
  const line = el("div", { class: "words" }, sentence);
  const node = el("section", { class: `card figure ${kind}` }, name, middle, line);
  /** @param {string} text */
  function entitle(text) {
    setText(heading, text);
    setAttribute(node, "aria-label", text);
  }
  entitle(title);
  /** @param {{value: string, aside: string[], previewing: boolean}} texts */
  function show({ value: text, aside, previewing }) {
    setText(value, text);
    lines.forEach((one, i) => setText(one, aside[i]));
    setAttribute(node, "data-preview", String(previewing));
  }
  return { node, name, line, sentence, entitle, show };
}
