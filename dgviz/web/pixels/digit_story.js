/** The card of one digit: its predictions, their cost, and the evidence for a class. */

import { recordingUrl } from "../core/addresses.js";
import { known } from "../core/format.js";
import { isDense } from "../core/gates.js";
import { imageShape } from "../core/pixels.js";
import { loadDigits, RETRY_MS } from "../kit/digits.js";
import { el, heading, setText, throttle } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import { emptyText } from "./chosen_route.js";
import { digitAnswer } from "./digit_answer.js";
import { digitFlow } from "./digit_flow.js";
import { pathTo } from "./digit_path.js";
import { topTwo } from "./digit_predictions.js";
import { digitSheet } from "./digit_sheet.js";
import { digitSource } from "./digit_source.js";
import { forward } from "./forward.js";
import { netOf } from "./network.js";
import * as pin from "./pin.js";
import { takenText } from "./route_text.js";
import { isUnscaled, modelOf } from "./routed.js";
import { largest } from "./routing_experts.js";
import { ofDigit } from "./shown_route.js";
import { takenRoutes } from "./taken_routes.js";

const DRAW_MS = 300;
const DESCRIBE_MS = 800;
const TITLE = "A digit’s story";
const INVITATION = "How the network classifies a digit.";
const WRONG_SHAPE = "These test images do not have the shape of this network’s input.";
const AT_ONCE = ["preview", "route", "mount", "theme", "size"];
const CHANGES = ["gates", "weights", "facts", "baseline"];

/** @param {import("../kit/mounting.js").Component} component data: {run, token, baseline, caption} */
export const mount = (component) =>
  mountCard(component, {
    name: "digit-story",
    height: 640,
    channels: ["masks", "weights", "facts"],
    baselineChannels: ["masks", "weights"],
    follows: true,
    previews: true,
    shared: { route: pin.pinned.changesOf("route") },
    lazy: true,
    build,
  });

/**
 * @typedef {import("./routed.js").Model} Model
 * @typedef {import("./digit_source.js").Source} Source
 * @typedef {import("../core/pixels.js").Shape} Shape
 *
 * @typedef {Object} State what the card draws
 * @property {Float32Array} x the image @property {?number} truth its class @property {string} name
 * @property {Shape} shape @property {string[]} names of the classes
 * @property {number} k the class that the flow leads to
 * @property {Float32Array} probs by class @property {?Float32Array} dense the dense baseline's
 * @property {number} prob of class k, which the flow leads to
 * @property {string} alone the route of which the flow, its logit and `prob` are; "" for the network
 * @property {boolean} gated @property {{dense: number, active: number, taken: number}} macs
 * @property {import("./digit_path.js").Path} path
 * @property {?Routes} routes of a network that routes its images
 *
 * @typedef {Object} Routes the routes of the image
 * @property {string[]} names @property {Float32Array} shares @property {string} text
 * @property {?number} pressed the one whose units are shown, where one must be chosen
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const source = digitSource({ onChange: changeDigit });
  const answer = digitAnswer(card, { onChoose: choose });
  const carried = digitFlow(card, answer);
  const taken = takenRoutes({ onChoose: chooseRoute });
  const invitation = el("p", { class: "empty" }, INVITATION);
  const empty = el("div", { class: "stage" }, invitation);
  const nothing = el("p", { class: "nothing" });
  const spoken = el("p", { class: "spoken", "aria-live": "polite" });
  const top = heading(
    TITLE,
    "draw one, and see how it is classified",
    sheetButtons(card, TITLE, () => state && digitSheet(card, state)),
  );
  const beside = el("div", { class: "answer" }, carried.node, answer.chart);
  const body = el(
    "div",
    { class: "digit-body" },
    source.node,
    el("div", { class: "results" }, answer.headline, taken.node, beside, answer.costs, nothing),
  );
  card.root.append(el("section", { class: "card" }, top.node, body, empty, spoken));
  const sections = [answer.headline, beside, answer.costs];
  /** @type {?State} what is drawn */
  let state = null;
  /** @type {?number} the class that the user has chosen; null: the predicted one */
  let chosen = null;
  /** the URL of the test images that are shown or being loaded */
  let loadedUrl = "";
  /** @type {?(() => void)} */
  let stopPins = null;
  let shownProblem = "";

  async function load() {
    const url = recordingUrl(card.data, "digits").href;
    if (url === loadedUrl) return;
    loadedUrl = url;
    /** @type {?import("../kit/digits.js").Digits} */
    let digits = null;
    let problem = "";
    try {
      digits = await loadDigits(url);
    } catch (error) {
      problem = `${error.message} Draw a digit, or upload a picture.`;
    }
    if (loadedUrl !== url) return;
    // A repeated error changes nothing, and leaves the chosen class.
    if (digits || problem !== shownProblem) source.setDigits(digits, problem);
    shownProblem = problem;
    if (problem) setTimeout(() => reload(url), RETRY_MS);
  }

  /** Request the test images again after an error. @param {string} url */
  function reload(url) {
    if (loadedUrl !== url || !card.root.isConnected) return;
    loadedUrl = "";
    void load();
  }

  function changeDigit() {
    chosen = null;
    drawAll();
    describe();
  }

  /** @param {number} k a class */
  function choose(k) {
    chosen = k;
    drawAll();
  }

  /** Pin a route; if it is pinned, show the digit's own. @param {number} i */
  function chooseRoute(i) {
    pin.set("route", pin.get("route") === i + 1 ? null : i + 1);
  }

  /**
   * The dense baseline's probabilities, at its own tau: a preview is only for this run.
   * @param {Float32Array} x
   */
  function denseProbs(x) {
    const { baseline } = card;
    const net = baseline && netOf(baseline, baseline.gates?.meta.tau ?? 0);
    return net && net.pixels === x.length ? forward(net, x).probs : null;
  }

  /** @param {Model} model @param {Float32Array} x @param {Source} digit @param {Shape} shape */
  function stateOf(model, x, { truth, name }, shape) {
    const pinned = pin.get("route");
    const { net, output, probs, macs, routes: ways } = model.explain(x, pinned && pinned - 1);
    const k = chosen ?? topTwo(probs)[0];
    const { facts, gates } = card.store;
    const names =
      facts?.classes?.length === model.classes
        ? facts.classes
        : Array.from({ length: model.classes }, (_, at) => String(at));
    return {
      x,
      truth,
      name,
      shape,
      names,
      k,
      probs,
      prob: (ways?.isAlone ? output.probs : probs)[k],
      alone: ways?.isAlone ? ways.names[ways.route] : "",
      dense: denseProbs(x),
      gated: !isDense(gates),
      macs,
      path: pathTo(net, x, output, k, shape.height * shape.width),
      routes: ways && routesOf(ways),
    };
  }

  /** @param {import("./routed.js").Taken} ways @returns {Routes} */
  function routesOf(ways) {
    const { routing } = card.data;
    return {
      names: ways.names,
      shares: ways.shares,
      text: takenText(routing, ways, isUnscaled(card.store.gates)),
      pressed: ways.isAlone ? ways.route : null,
    };
  }

  function drawAll() {
    const model = modelOf(card.store, card.tau, card.data.routing);
    state = null;
    empty.hidden = Boolean(model);
    body.hidden = !model;
    setText(invitation, emptyText(card, INVITATION));
    if (!model) return;
    const shape = imageShape(card.store.facts, model.pixels);
    source.setModel(model, snapshotText());
    const digit = source.read(shape);
    source.draw(digit, shape, card.theme);
    const x = digit.x?.length === model.pixels ? digit.x : null;
    for (const part of sections) part.hidden = !x;
    taken.node.hidden = true;
    nothing.hidden = Boolean(x);
    setText(nothing, digit.x ? WRONG_SHAPE : digit.text);
    state = x && stateOf(model, x, digit, shape);
    ofDigit.set("route", state?.routes ? largest(state.routes.shares) + 1 : null);
    if (!state) return;
    answer.draw(state);
    taken.draw(state.routes);
    carried.draw(state);
  }

  function snapshotText() {
    const epoch = card.store.gates?.meta.epoch;
    return known(epoch) ? `epoch ${Number(epoch.toFixed(1))}` : "this snapshot";
  }

  const describe = throttle(DESCRIBE_MS, () =>
    setText(
      spoken,
      state ? `${state.name}: ${answer.headline.textContent}` : (nothing.textContent ?? ""),
    ),
  );
  const drawThrottled = throttle(DRAW_MS, drawAll);

  /** @param {Set<string>} kinds see `View` in mounting.js */
  function draw(kinds) {
    if (kinds.has("mount")) {
      stopPins ??= pin.subscribe((what) => {
        if (what === "unit") carried.emphasise(null);
        if (["digit", "digits", "label"].includes(what)) source.onPin();
      });
    }
    if (card.inSight) void load();
    if (AT_ONCE.some((kind) => kinds.has(kind))) drawThrottled.now();
    else if (CHANGES.some((kind) => kinds.has(kind))) drawThrottled();
  }

  function dispose() {
    stopPins?.();
    stopPins = null;
    source.dispose();
  }
  return { draw, dispose };
}
