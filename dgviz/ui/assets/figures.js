/** The four headline figures, each with its comparison in words and its history as a line. */
import { el, mark, say } from "./dom.js";
import { count, known, percent, ratio, threshold, UNKNOWN } from "./format.js";
import { accuracyAt, countAll, countKept } from "./gates.js";
import { mountCard } from "./mounting.js";
import * as preview from "./preview.js";
import { sparkline } from "./sparkline.js";

/** 784 x 256 + 256 x 10: the net whose remaining weights the paper reports. */
const PAPER_WEIGHTS = 203264;
const UNTRAINED = "dense twin not trained yet ·";

/**
 * @param {Object} component data: {run, token, twin: {run, token} | null}; sets off the trigger
 *   "train_twin" when the reader asks for the dense net to be trained
 */
export const mount = (component) =>
  mountCard(component, {
    name: "figures", height: 96, channels: ["gates"], follows: true, previews: true, build,
  });

/** @param {import("./mounting.js").Card} card */
function build(card) {
  const accuracy = figure("Test accuracy", "accuracy", "on images kept out of training");
  const active = figure("Active ratio r", "ratio", "share of connections kept");
  const macs = figure("MACs an inference", "macs", "multiplications for one image");
  const weights = figure("Weights kept", "weights", "paper: 60,000 – 100,000");
  const all = [accuracy, active, macs, weights];
  const train = el("button", { type: "button", class: "link", hidden: true }, "train it");
  train.addEventListener("click", () => {
    train.hidden = true;
    card.component.setTriggerValue("train_twin", true);
  });
  accuracy.words.after(" ", train);
  card.root.append(el("div", { class: "four" }, ...all.map(({ node }) => node)));

  function drawAccuracy(frame, metrics) {
    const last = metrics.findLast((entry) => known(entry.test_accuracy));
    const value = last?.test_accuracy ?? frame?.meta.test_accuracy;
    const change = isTrying(frame) ? changeAt(frame.meta, preview.get()) : null;
    const guess = known(value) && known(change) ? Math.min(1, Math.max(0, value + change)) : null;
    const words = known(guess) ? "estimated on validation images" : comparison(card, last);
    accuracy.show(known(guess) ? `≈ ${percent(guess, 1)}` : percent(value), words, known(guess));
    train.hidden = words !== UNTRAINED;
    const tests = history(metrics, "test_accuracy");
    const later = tests.filter(([epoch]) => epoch >= 1);
    // The leap of the first epoch would flatten everything after it.
    accuracy.spark.draw(later.length > 2 ? later : tests);
  }

  function drawCounts(frame, metrics) {
    const last = metrics.at(-1);
    const trying = isTrying(frame);
    const total = frame ? frame.meta.total_weights ?? countAll(frame) : null;
    const kept = trying
      ? countKept(frame, preview.get()) : frame?.meta.active_weights ?? last?.active_weights;
    const share = trying ? kept / total : frame?.meta.active_ratio ?? last?.active_ratio;
    const work = trying ? kept : frame?.meta.macs ?? last?.macs;
    const dense = frame?.meta.dense_macs ?? total;
    const at = trying ? ` at τ ${threshold(preview.get())}` : "";
    active.show(ratio(share), total
      ? `${count(kept)} of ${count(total)}${at || " connections"}` : null, trying);
    macs.show(count(work), dense && known(work)
      ? `${percent(work / dense, work / dense < 0.1 ? 1 : 0)} of dense` : null, trying);
    weights.show(count(kept), total === PAPER_WEIGHTS
      ? "paper: 60,000 – 100,000" : total ? `of ${count(total)}` : null, trying);
    active.spark.draw(history(metrics, "active_ratio"));
    macs.spark.draw(history(metrics, "macs"));
    weights.spark.draw(history(metrics, "active_weights"));
  }

  function draw() {
    const { gates, metrics } = card.store;
    drawAccuracy(gates, metrics);
    drawCounts(gates, metrics);
  }
  return { draw };
}

/** One figure: its name, its value, a line of history, and a sentence. */
function figure(name, kind, meaning) {
  const value = el("div", { class: "value" }, UNKNOWN);
  const words = el("span", {}, meaning);
  const spark = sparkline();
  const middle = el("div", { class: "middle" }, value, spark.node);
  const node = el("section", { class: `card figure ${kind}`, "aria-label": name },
    el("div", { class: "name" }, name), middle, el("div", { class: "words" }, words));
  function show(text, sentence, trying) {
    say(value, text);
    say(words, sentence ?? meaning);
    mark(node, "data-preview", String(Boolean(trying)));
  }
  return { node, words, show, spark };
}

/** @returns {Array<[number, number]>} [epoch, value] wherever the value is known */
const history = (metrics, field) =>
  metrics.filter((entry) => known(entry[field])).map((entry) => [entry.epoch, entry[field]]);

/** Whether a tau is being tried on this frame; a net without gates has none to try. */
const isTrying = (frame) => Boolean(frame) && frame.meta.gated !== false && preview.get() !== null;

/**
 * How much the accuracy would change if tau did. The curve knows a few validation images only, so
 * its difference tells more than its height. @returns {?number}
 */
function changeAt({ accuracy_by_tau: curve, tau }, tried) {
  const [now, then] = [accuracyAt(curve, tau), accuracyAt(curve, tried)];
  return known(now) && known(then) ? then - now : null;
}

/** How the dense net of the same seed stood at the same epoch. @returns {?string} */
function comparison(card, ours) {
  const { twin, store } = card;
  if (!store.status || !ours) return null;
  if (store.status.method === "dense") return "this is the dense net";
  if (!twin) return UNTRAINED;
  const evaluated = twin.metrics.filter((entry) => known(entry.test_accuracy));
  const { epoch } = ours;
  const final = twin.status?.phase === "finished";
  const reached = twin.metrics.at(-1)?.epoch ?? 0;
  if (!final && reached < epoch - 1e-6) {
    return `dense twin is at epoch ${reached.toFixed(1)}`;
  }
  const same = final && store.status.phase === "finished"
    ? evaluated.at(-1) : evaluated.findLast((entry) => entry.epoch <= epoch + 1e-6);
  return same ? `dense, same seed: ${percent(same.test_accuracy)}` : "dense twin is in training";
}
