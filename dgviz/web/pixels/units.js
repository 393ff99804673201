/** The card of all hidden units, in a chosen order, and the story of the pinned one. */

import { count, known, signed } from "../core/format.js";
import { weightScale } from "../core/gate_drawing.js";
import { imageShape } from "../core/pixels.js";
import { el, heading, segmented, setText, throttle } from "../kit/dom.js";
import { ramp } from "../kit/legend.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import { emptyText, ONE_ROUTE, routeChoice, routeKey, toggleUnit } from "./chosen_route.js";
import { strip } from "./diverging.js";
import { storeSnapshot } from "./gate_history.js";
import { netOf } from "./network.js";
import * as pin from "./pin.js";
import { inSlices } from "./slices.js";
import { UnitGallery } from "./unit_gallery.js";
import { censusOf, orderBy, orderBySimilarity } from "./unit_order.js";
import { unitStory } from "./unit_story.js";
import { unitsSheet } from "./units_sheet.js";

const DRAW_MS = 500;
const HISTORY_MS = 400;
const TITLE = "Hidden units";
const INVITATION = "Which pixels each hidden unit is connected to.";
const CHANGES = ["gates", "weights", "facts", "preview", "mount", "theme", "size"];
/** @typedef {import("./unit_order.js").Order|"similarity"} Order */
/** @type {Array<[Order, string]>} */
const ORDERS = [
  ["index", "by number"],
  ["connections", "connections"],
  ["influence", "influence"],
  ["similarity", "similarity"],
];
/** @type {Array<[string, string]>} */
const SCALES = [
  ["own", "own scale"],
  ["shared", "same scale"],
];

/** @param {import("../kit/mounting.js").Component} component data: {run, token, caption} */
export const mount = (component) =>
  mountCard(component, {
    name: "units",
    height: 520,
    channels: ["masks", "weights", "facts"],
    scores: true,
    follows: true,
    previews: true,
    lazy: true,
    hovers: true,
    ...ONE_ROUTE,
    build,
  });

/**
 * @typedef {import("./network.js").Net} Net
 * @typedef {import("../core/pixels.js").Shape} Shape
 *
 * @typedef {{by: Order, of: string, state: string}} Job of: the run and its route; state: the network's,
 *   see `stateNow`
 * @typedef {Job & {units: number[]}} Sorted
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  /** @type {Order} */
  let by = "influence";
  let shared = false;
  /** @type {?Sorted} the order shown: during training it changes only on request */
  let order = null;
  /** @type {?Job} */
  let sorting = null;
  /** @type {?(() => void)} */
  let stop = null;

  const netNow = () => (known(card.tau) ? netOf(card.store, card.tau) : null);
  /** Names the network's state: a snapshot comes twice, without and then with its scores. */
  const stateNow = () => {
    const { gates, weights } = card.store;
    return [gates?.meta.step, weights?.meta.step, card.tau].join();
  };
  const gallery = new UnitGallery({
    onHover: updateReadout,
    onChoose: (unit) => toggleUnit(card, unit),
    onEscape: () => pin.set("unit", null),
  });
  const orders = segmented("sort the units", ORDERS, by, (to) => {
    by = to;
    void sort();
  });
  const scales = segmented("colour scale", SCALES, "own", (to) => {
    shared = to === "shared";
    drawGallery();
  });
  const sortAgain = el("button", { type: "button", class: "link", hidden: true }, "sort again");
  sortAgain.addEventListener("click", sort);
  const route = routeChoice(card);
  const top = heading(TITLE, "", route.list, scales, orders, sheetButtons(card, TITLE, sheet));
  const empty = el("p", { class: "empty" }, INVITATION);
  const readout = el("div", { class: "readout", "aria-live": "polite" });
  const status = el("span", {});
  const scale = ramp();
  const legend = el("div", { class: "legend" }, scale.node, status, sortAgain);
  const story = unitStory(card, netNow);
  const invite = el(
    "div",
    { class: "invite" },
    el(
      "p",
      {},
      "Click or tap a unit to see its weights, the test images with its highest activation, and " +
        "how its connections changed during training.",
    ),
  );
  const suggest = el(
    "button",
    { type: "button", class: "plain" },
    "Show the most influential unit",
  );
  suggest.addEventListener("click", () => {
    const net = netNow();
    if (net) toggleUnit(card, orderBy(net, "influence")[0]);
  });
  invite.append(suggest);
  const body = el(
    "div",
    {},
    readout,
    gallery.stage,
    el("div", { class: "foot" }, legend, gallery.pager),
    invite,
    story.node,
  );
  const stage = el("div", { class: "stage" }, empty);
  card.root.append(el("section", { class: "card" }, top.node, route.note, stage, body));

  /** @param {Net} net */
  const shapeOf = (net) => imageShape(card.store.facts, net.pixels);
  /** The end of the shared scale; null if each unit has its own. */
  const endNow = () => {
    const first = card.store.weights?.layers[0];
    return shared && first ? weightScale(/** @type {Uint16Array} */ (first.raw)) : null;
  };

  async function sort() {
    const net = netNow();
    if (!net) return;
    /** @type {Job} */
    const job = { by, of: routeKey(card), state: stateNow() };
    sorting = job;
    if (by !== "similarity") {
      applyOrder(job, orderBy(net, by));
      return;
    }
    const sorted = await inSlices(
      orderBySimilarity(net),
      () => sorting === job,
      (share) => setText(status, `Sorting by similarity: ${Math.round(100 * share)}%`),
    );
    if (sorted && sorting === job) applyOrder(job, sorted);
  }

  /** @param {Job} job @param {number[]} units */
  function applyOrder(job, units) {
    order = { ...job, units };
    sorting = null;
    const unit = pin.get("unit");
    gallery.shown = 0;
    drawGallery();
    if (unit === null) return;
    gallery.reveal(unit);
    drawGallery();
  }

  /**
   * The order, if it belongs to this run and route; the weights may have changed since.
   * @param {Net} net
   */
  const orderFor = (net) =>
    order?.of === routeKey(card) && order?.units.length === net.units ? order : null;

  function drawGallery() {
    const net = netNow();
    if (!net) {
      gallery.draw(null);
      return;
    }
    let shown = orderFor(net);
    if (!shown) {
      const units = orderBy(net, "index");
      shown = { by: "index", of: routeKey(card), state: stateNow(), units };
      order = shown;
      void sort();
      if (by !== "similarity") return;
    }
    const shape = shapeOf(net);
    const end = endNow();
    gallery.draw({
      net,
      order: shown.units,
      census: censusOf(net),
      shape,
      end,
      theme: card.theme,
      pinned: pin.get("unit"),
    });
    drawLegend(net, shown, shape, end);
    updateReadout(gallery.pointed === null ? null : shown.units[gallery.pointed]);
  }

  /** @param {Net} net @param {Sorted} shown @param {Shape} shape @param {?number} end */
  function drawLegend(net, shown, shape, end) {
    const dead = censusOf(net).filter(({ inUse }) => !inUse);
    const isCurrent = shown.state === stateNow();
    const colour = shape.channels === 3 ? ", channels added" : "";
    scale.show({
      name: `active weights W${colour}${end === null ? ", each unit on its own scale" : ""}`,
      low: end === null ? "−" : `≤ −${signed(end, 2)}`,
      high: end === null ? "+" : `≥ +${signed(end, 2)}`,
      colours: strip(card.theme),
    });
    if (!sorting) {
      const noOutput = dead.filter(({ inputs, outputs }) => inputs && !outputs).length;
      const noInput = dead.filter(({ inputs }) => !inputs).length;
      const why = [
        noOutput && `${count(noOutput)} without an active output`,
        noInput && `${count(noInput)} without an active input`,
      ]
        .filter(Boolean)
        .join(", ");
      const place = isCurrent ? ", last" : "";
      const units = dead.length === 1 ? "1 dead unit" : `${count(dead.length)} dead units`;
      setText(status, dead.length ? `${units} in grey${place}: ${why}` : "no unit is dead");
    }
    sortAgain.hidden = Boolean(sorting) || isCurrent || shown.by === "index";
    setText(
      top.sub,
      `${count(net.units - dead.length)} of ${count(net.units)} in use, ${count(dead.length)} dead`,
    );
    gallery.describe(
      `${count(net.units)} hidden units, each as a picture of its active weights, ` +
        `${count(dead.length)} of them dead. Arrow keys read single units, Enter pins one.`,
    );
  }

  /** @param {?number} unit */
  function updateReadout(unit) {
    const net = netNow();
    if (!net) return;
    if (unit === null) {
      setText(readout, "Point at or tap a unit to read it. Click or tap it to see more.");
      return;
    }
    const { inputs, outputs, influence, inUse, why } = censusOf(net)[unit];
    setText(
      readout,
      `unit ${unit} · ${count(inputs)} inputs · ${count(outputs)} outputs · ` +
        `${inUse ? `influence ${signed(influence, 2)}` : `dead: ${why}`}`,
    );
  }

  function sheet() {
    const net = netNow();
    const shown = net && orderFor(net);
    return shown && unitsSheet(card, net, shown, gallery.placesOnPage(), endNow());
  }

  function drawStory() {
    const net = netNow();
    const unit = pin.get("unit");
    invite.hidden = !net || (unit !== null && unit < net.units);
    story.draw();
  }

  const drawThrottled = throttle(DRAW_MS, drawAll);
  const drawHistoryThrottled = throttle(HISTORY_MS, story.drawHistory);
  function drawAll() {
    const net = netNow();
    stage.hidden = Boolean(net);
    body.hidden = !net;
    setText(empty, emptyText(card, INVITATION));
    route.draw();
    if (!net) setText(top.sub, "");
    drawGallery();
    drawStory();
  }

  /** @param {pin.Pin} what */
  function pinned(what) {
    if (what === "unit") {
      const unit = pin.get("unit");
      if (unit !== null) gallery.reveal(unit);
      gallery.draw(gallery.state && { ...gallery.state, pinned: pin.get("unit") });
      drawStory();
    } else story.drawHover();
  }

  /** @param {Set<string>} kinds see `View` in mounting.js */
  function draw(kinds) {
    stop ??= pin.subscribe(pinned);
    if (kinds.has("hover")) story.drawHover();
    if (["mount", "theme", "size", "preview", "route"].some((kind) => kinds.has(kind)))
      drawThrottled.now();
    else if (CHANGES.some((kind) => kinds.has(kind))) drawThrottled();
    else if (kinds.has("sight")) drawStory();
    else if (kinds.has("replay") || kinds.has("status")) drawHistoryThrottled();
  }
  return {
    draw,
    onChange: () => storeSnapshot(card.whole),
    dispose: () => {
      stop?.();
      stop = null;
    },
  };
}
