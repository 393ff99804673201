/** A digit's story: what two nets say of it, what it cost, and which connections carried it. */

import { recordingUrl } from "../core/addresses.js";
import { known } from "../core/format.js";
import { isDense } from "../core/gates.js";
import { imageShape } from "../core/pixels.js";
import { el, heading, setText, throttle } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { answerOf } from "./digit_answer.js";
import { carriedOf } from "./digit_carried.js";
import { pathTo } from "./digit_path.js";
import { topTwo } from "./digit_predictions.js";
import { digitSheet } from "./digit_sheet.js";
import { digitSource } from "./digit_source.js";
import { loadDigits } from "./digits.js";
import { forward, macsOf, netOf } from "./network.js";
import * as pin from "./pin.js";
import { sheetButtons } from "./sheets.js";

const CALM_MS = 300;
const SPOKEN_MS = 800;
const TITLE = "A digit’s story";
const INVITATION = "How the network classifies a digit.";
const MISFIT = "These test images do not have the shape of this network’s input.";
const AT_ONCE = ["preview", "mount", "theme", "size"];
const NEWS = ["gates", "weights", "facts", "baseline"];

/** @param {import("../kit/mounting.js").Component} component data: {run, token, baseline, caption} */
export const mount = (component) =>
  mountCard(component, {
    name: "digit-story",
    height: 640,
    channels: ["masks", "weights", "facts"],
    baselineChannels: ["masks", "weights"],
    follows: true,
    previews: true,
    lazy: true,
    build,
  });

/**
 * @typedef {import("./network.js").Net} Net
 * @typedef {import("./digit_source.js").Source} Source
 * @typedef {import("../core/pixels.js").Shape} Shape
 *
 * @typedef {Object} State what the card draws
 * @property {Float32Array} x the image @property {?number} truth its class @property {string} name
 * @property {Shape} shape @property {string[]} names of the classes
 * @property {number} k the class that is looked at
 * @property {Float32Array} probs this net's @property {?Float32Array} dense the dense baseline's
 * @property {boolean} gated @property {{dense: number, active: number, taken: number}} macs
 * @property {import("./digit_path.js").Path} path
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const source = digitSource({ onChange: turned });
  const answer = answerOf(card, { onChoose: choose });
  const carried = carriedOf(card, answer);
  const invitation = el("p", { class: "empty" }, INVITATION);
  const empty = el("div", { class: "stage" }, invitation);
  const nothing = el("p", { class: "nothing" });
  const spoken = el("p", { class: "spoken", "aria-live": "polite" });
  const top = heading(
    TITLE,
    "draw one, and see how it is classified",
    sheetButtons(card, TITLE, () => state && digitSheet(card, state)),
  );
  const beside = el("div", { class: "answer" }, carried.node, answer.said);
  const body = el(
    "div",
    { class: "digit-body" },
    source.node,
    el("div", { class: "telling" }, answer.headline, beside, answer.costs, nothing),
  );
  card.root.append(el("section", { class: "card" }, top.node, body, empty, spoken));
  const told = [answer.headline, beside, answer.costs];
  /** @type {?State} what is drawn, if anything is */
  let state = null;
  /** @type {?number} the class that the reader has chosen; null: the one that is predicted */
  let chosen = null;
  /** where the test images were asked for */
  let asked = "";
  /** @type {?(() => void)} */
  let unpin = null;

  async function load() {
    const url = recordingUrl(card.data, "digits").href;
    if (url === asked) return;
    asked = url;
    /** @type {?import("./digits.js").Digits} */
    let digits = null;
    let problem = "";
    try {
      digits = await loadDigits(url);
    } catch (trouble) {
      problem = `${trouble.message} Draw a digit, or upload a picture.`;
    }
    if (asked === url) source.give(digits, problem);
  }

  function turned() {
    chosen = null;
    drawAll();
    describe();
  }

  /** @param {number} k a class */
  function choose(k) {
    chosen = k;
    drawAll();
  }

  /**
   * What the baseline answers: with its own threshold, as the one that is tried is not its.
   * @param {Float32Array} x
   */
  function denseProbs(x) {
    const { baseline } = card;
    const net = baseline && netOf(baseline, baseline.gates?.meta.tau ?? 0);
    return net && net.pixels === x.length ? forward(net, x).probs : null;
  }

  /** @param {Net} net @param {Float32Array} x @param {Source} given @param {Shape} shape */
  function stateOf(net, x, { truth, name }, shape) {
    const answered = forward(net, x);
    const k = chosen ?? topTwo(answered.probs)[0];
    const { facts, gates } = card.store;
    const names =
      facts?.classes?.length === net.classes
        ? facts.classes
        : Array.from({ length: net.classes }, (_, at) => String(at));
    return {
      x,
      truth,
      name,
      shape,
      names,
      k,
      probs: answered.probs,
      dense: denseProbs(x),
      gated: !isDense(gates),
      macs: macsOf(net, x, answered.hidden),
      path: pathTo(net, x, answered, k, shape.height * shape.width),
    };
  }

  function drawAll() {
    const net = netOf(card.store, card.tau);
    state = null;
    empty.hidden = Boolean(net);
    body.hidden = !net;
    setText(invitation, card.emptyText(INVITATION));
    if (!net) return;
    const shape = imageShape(card.store.facts, net.pixels);
    source.follow(net, snapshotText());
    const given = source.read(shape);
    source.draw(given, shape, card.theme);
    const x = given.x?.length === net.pixels ? given.x : null;
    for (const part of told) part.hidden = !x;
    nothing.hidden = Boolean(x);
    setText(nothing, given.x ? MISFIT : given.words);
    if (!x) return;
    state = stateOf(net, x, given, shape);
    answer.draw(state);
    carried.draw(state);
  }

  function snapshotText() {
    const epoch = card.store.gates?.meta.epoch;
    return known(epoch) ? `epoch ${Number(epoch.toFixed(1))}` : "this snapshot";
  }

  const describe = throttle(SPOKEN_MS, () =>
    setText(
      spoken,
      state ? `${state.name}: ${answer.headline.textContent}` : (nothing.textContent ?? ""),
    ),
  );
  const drawThrottled = throttle(CALM_MS, drawAll);

  /** @param {Set<string>} kinds of news */
  function draw(kinds) {
    if (kinds.has("mount")) {
      unpin ??= pin.subscribe((what) => what === "unit" && carried.emphasise(null));
    }
    if (card.inSight) void load();
    if (AT_ONCE.some((kind) => kinds.has(kind))) drawThrottled.now();
    else if (NEWS.some((kind) => kinds.has(kind))) drawThrottled();
  }

  function dispose() {
    unpin?.();
    unpin = null;
    source.dispose();
  }
  return { draw, dispose };
}
