/** All hidden units as small receptive fields, in a chosen order, and the pinned one's story. */
import { atMost, el, heading, say, segmented } from "../kit/dom.js";
import { strip } from "./diverging.js";
import { count, known, signed } from "../core/format.js";
import { weightScale } from "../core/gate_drawing.js";
import { watch } from "./gate_history.js";
import { ramp } from "../kit/legend.js";
import { mountCard } from "../kit/mounting.js";
import { netOf } from "./network.js";
import * as pin from "./pin.js";
import { imageShape } from "../core/pixels.js";
import { sheetButtons } from "./sheets.js";
import { inSlices } from "./slices.js";
import { censusOf, orderBy, orderBySimilarity } from "./unit_order.js";
import { UnitGallery } from "./unit_gallery.js";
import { unitStory } from "./unit_story.js";
import { unitsSheet } from "./units_sheet.js";

const TRAINING_MS = 500;
const HISTORY_MS = 400;
const TITLE = "Hidden units";
const INVITATION = "Which pixels each hidden unit is connected to.";
const NEWS = ["gates", "weights", "facts", "preview", "mount", "theme", "size"];
/** @typedef {import("./unit_order.js").Order|"similarity"} Order */
/** @type {Array<[Order, string]>} */
const ORDERS = [["index", "by number"], ["connections", "connections"], ["influence", "influence"],
  ["similarity", "similarity"]];
/** @type {Array<[string, string]>} */
const SCALES = [["own", "own scale"], ["shared", "same scale"]];

/** @param {import("../kit/mounting.js").Component} component data: {run, token, caption} */
export const mount = (component) =>
  mountCard(component, {
    name: "units", height: 520, channels: ["gates", "weights", "facts"], follows: true,
    previews: true, rests: true, points: true, build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  /** @type {Order} */
  let by = "influence";
  let shared = false;
  /** What is laid out: it holds still while the net changes, until it is asked for anew. */
  let order = null;
  let sorting = null;
  let stop = null;

  const netNow = () => (known(card.tau) ? netOf(card.store, card.tau) : null);
  const gallery = new UnitGallery({
    onHover: sayUnit,
    onChoose: (unit) => pin.set("unit", pin.get("unit") === unit ? null : unit),
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
  const again = el("button", { type: "button", class: "link", hidden: true }, "sort again");
  again.addEventListener("click", sort);
  const top = heading(TITLE, "", scales, orders, sheetButtons(card, TITLE, sheet));
  const empty = el("p", { class: "empty" }, INVITATION);
  const readout = el("div", { class: "readout", "aria-live": "polite" });
  const told = el("span", {});
  const scale = ramp();
  const legend = el("div", { class: "legend" }, scale.node, told, again);
  const story = unitStory(card, netNow);
  const invite = el("div", { class: "invite" },
    el("p", {}, "Click or tap a unit to see its weights, the test images with its highest activation, and "
      + "how its connections changed during training."));
  const suggest = el("button", { type: "button", class: "plain" },
    "Show the most influential unit");
  suggest.addEventListener("click", () => {
    pin.set("unit", orderBy(netNow(), "influence")[0]);
  });
  invite.append(suggest);
  const body = el("div", {}, readout, gallery.stage,
    el("div", { class: "foot" }, legend, gallery.pager), invite, story.node);
  card.root.append(el("section", { class: "card" }, top.node,
    el("div", { class: "stage" }, empty), body));

  const shapeOf = (net) => imageShape(card.store.facts, net.pixels);
  /** The end of the one scale; null while each unit has its own. */
  const endNow = () => (shared ? weightScale(/** @type {Uint16Array} */ (card.store.weights.layers[0].raw)) : null);

  async function sort() {
    const net = netNow();
    if (!net) return;
    const job = { by, run: card.data.run, net };
    sorting = job;
    if (by !== "similarity") {
      settle(job, orderBy(net, by));
      return;
    }
    const sorted = await inSlices(orderBySimilarity(net), () => sorting === job,
      (share) => say(told, `Sorting by similarity: ${Math.round(100 * share)}%`));
    if (sorted && sorting === job) settle(job, sorted);
  }

  function settle(job, units) {
    order = { ...job, units };
    sorting = null;
    const unit = pin.get("unit");
    gallery.shown = 0;
    drawGallery();
    if (unit === null) return;
    gallery.reveal(unit);
    drawGallery();
  }

  /** The units' order still fits this run's net, whatever has become of its weights since. */
  const fits = (net) =>
    order && order.run === card.data.run && order.units.length === net.units;

  function drawGallery() {
    const net = netNow();
    if (!net) {
      gallery.draw(null);
      return;
    }
    if (!fits(net)) {
      order = { by: "index", run: card.data.run, net, units: orderBy(net, "index") };
      void sort();
      if (by !== "similarity") return;
    }
    const shape = shapeOf(net);
    const end = endNow();
    gallery.draw({
      net, order: order.units, census: censusOf(net), shape, end, theme: card.theme,
      pinned: pin.get("unit"),
    });
    drawLegend(net, shape, end);
    sayUnit(gallery.pointed === null ? null : order.units[gallery.pointed]);
  }

  function drawLegend(net, shape, end) {
    const dead = censusOf(net).filter(({ alive }) => !alive);
    const colour = shape.channels === 3 ? ", channels added" : "";
    scale.show({
      name: `active weights W${colour}${end === null ? ", each unit on its own scale" : ""}`,
      low: end === null ? "−" : `≤ −${signed(end, 2)}`,
      high: end === null ? "+" : `≥ +${signed(end, 2)}`,
      colours: strip(card.theme),
    });
    if (!sorting) {
      const mute = dead.filter(({ inputs, outputs }) => inputs && !outputs).length;
      const blind = dead.filter(({ inputs }) => !inputs).length;
      const why = [mute && `${count(mute)} without an active output`,
        blind && `${count(blind)} without an active input`].filter(Boolean).join(", ");
      const place = order.net === net ? ", last" : "";
      const units = dead.length === 1 ? "1 dead unit" : `${count(dead.length)} dead units`;
      say(told, dead.length ? `${units} in grey${place}: ${why}` : "no unit is dead");
    }
    again.hidden = Boolean(sorting) || order.net === net || order.by === "index";
    say(top.sub, `${count(net.units - dead.length)} of ${count(net.units)} in use, ${count(dead.length)} dead`);
    gallery.describe(`${count(net.units)} hidden units, each as a picture of its active weights, `
      + `${count(dead.length)} of them dead. Arrow keys read single units, Enter pins one.`);
  }

  function sayUnit(unit) {
    const net = netNow();
    if (!net) return;
    if (unit === null) {
      say(readout, "Point at or tap a unit to read it. Click or tap it to see more.");
      return;
    }
    const { inputs, outputs, influence, alive, why } = censusOf(net)[unit];
    say(readout, `unit ${unit} · ${count(inputs)} inputs · ${count(outputs)} outputs · `
      + `${alive ? `influence ${signed(influence, 2)}` : `dead: ${why}`}`);
  }

  function sheet() {
    const net = netNow();
    return net && fits(net)
      ? unitsSheet(card, net, order, gallery.placesOnPage(), endNow()) : null;
  }

  function drawStory() {
    const net = netNow();
    invite.hidden = !net || (pin.get("unit") !== null && pin.get("unit") < net.units);
    story.draw();
  }

  const calmly = atMost(TRAINING_MS, drawAll);
  const calmHistory = atMost(HISTORY_MS, story.drawHistory);
  function drawAll() {
    const net = netNow();
    empty.parentElement.hidden = Boolean(net);
    body.hidden = !net;
    say(empty, card.emptyWords(INVITATION));
    if (!net) say(top.sub, "");
    drawGallery();
    drawStory();
  }

  function pinned(what) {
    if (what === "unit") {
      gallery.reveal(pin.get("unit"));
      gallery.draw(gallery.state && { ...gallery.state, pinned: pin.get("unit") });
      drawStory();
    } else story.drawHover();
  }

  /** @param {Set<string>} kinds of news */
  function draw(kinds) {
    stop ??= pin.subscribe(pinned);
    if (kinds.has("hover")) story.drawHover();
    if (["mount", "theme", "size", "preview"].some((kind) => kinds.has(kind))) calmly.now();
    else if (NEWS.some((kind) => kinds.has(kind))) calmly();
    else if (kinds.has("sight")) drawStory();
    else if (kinds.has("replay") || kinds.has("status")) calmHistory();
  }
  return {
    draw,
    hear: () => watch(card.whole),
    dispose: () => {
      stop?.();
      stop = null;
    },
  };
}
