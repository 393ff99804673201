/**
 * The card of one input pixel: its kind, the hidden units that it is connected to, and the history
 * of its gates during training.
 */
import { amountCells } from "../core/amounts.js";
import { known, signed } from "../core/format.js";
import {
  ALWAYS_BLANK,
  CHANNELS,
  IN_USE,
  imageShape,
  pixelsOf,
  placeOnImage,
  placeText,
  UNUSED,
} from "../core/pixels.js";
import { el, heading, setAttribute, setText, throttle } from "../kit/dom.js";
import { swatch } from "../kit/legend.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import { emptyText, ONE_ROUTE, routeChoice, toggleUnit } from "./chosen_route.js";
import { storeSnapshot } from "./gate_history.js";
import { netOf } from "./network.js";
import * as pin from "./pin.js";
import {
  busiestPixel,
  busiestText,
  kindText,
  listedText,
  listText,
  pixelFacts,
} from "./pixel_facts.js";
import { pixelHistory } from "./pixel_history.js";
import { outlined, pixelPicture } from "./pixel_picture.js";
import { pixelSheet } from "./pixel_sheet.js";
import { signedBars } from "./signed_bars.js";

const DRAW_MS = 500;
const HISTORY_MS = 400;
/** As many as fit without scrolling. The table has all of them. */
const MOST_BARS = 14;
const TITLE = "A pixel’s story";
const INVITATION = "Which hidden units a pixel is connected to.";
const CHANGES = ["gates", "weights", "facts"];
const HISTORY_CHANGES = ["replay", "status", "sight"];
const AT_ONCE = ["preview", "route", "mount", "theme", "size"];
/** @type {Object<string, string>} */
const SWATCHES = { [IN_USE]: "active", [UNUSED]: "unused", [ALWAYS_BLANK]: "blank" };

/** @param {import("../kit/mounting.js").Component} component data: {run, token, caption} */
export const mount = (component) =>
  mountCard(component, {
    name: "pixel-story",
    height: 420,
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
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  /** @type {?(() => void)} */
  let stop = null;
  const where = pixelPicture();
  const kind = swatch("active");
  const place = el("strong", {});
  const explanation = el("p", {});
  const bars = signedBars("the pixel’s active connections", (unit) => toggleUnit(card, unit));
  const listed = el("p", { class: "sub" });
  const more = el("p", { class: "sub" });
  const history = pixelHistory(card);
  const suggest = el("button", { type: "button", class: "plain" });
  suggest.addEventListener("click", () => {
    const net = netNow();
    if (net) pin.set("pixel", busiestPixel(net, card.store.facts, shapeOf(net)));
  });
  const invite = el(
    "div",
    { class: "invite" },
    el(
      "p",
      {},
      "Click or tap a pixel here or in the maps above to see which hidden units it is " +
        "connected to, and how they changed during training.",
    ),
    suggest,
  );
  const sheets = sheetButtons(card, TITLE, sheet);
  const route = routeChoice(card);
  const top = heading(TITLE, "", route.list, sheets);
  const empty = el("p", { class: "empty" }, INVITATION);
  const about = el(
    "div",
    { class: "about" },
    el("div", { class: "legend" }, place, kind.node),
    explanation,
  );
  const connected = el(
    "section",
    { class: "part connected-units" },
    el("h3", {}, "Hidden units it is connected to"),
    listed,
    bars.node,
    more,
  );
  const body = el(
    "div",
    { class: "story" },
    el("section", { class: "part where" }, where.node, about),
    connected,
    history.node,
    invite,
  );
  const stage = el("div", { class: "stage" }, empty);
  card.root.append(el("section", { class: "card" }, top.node, route.note, stage, body));

  const netNow = () => (known(card.tau) ? netOf(card.store, card.tau) : null);
  /** @param {Net} net */
  const shapeOf = (net) => imageShape(card.store.facts, net.pixels);
  /** The pinned pixel, null if this run's images lack it. @param {Net} net */
  const pinnedIn = (net) => placeOnImage(pin.get("pixel"), shapeOf(net));

  function drawWhere() {
    const { gates, facts } = card.store;
    if (!gates) return;
    const pixels = pixelsOf(gates, facts, card.tau);
    const { shape } = pixels;
    where.draw({
      shape,
      theme: card.theme,
      ...outlined(shape),
      ...amountCells(pixels, card.theme),
    });
    setAttribute(
      where.node,
      "aria-label",
      "The pixel’s place in the image. The colour of a pixel shows " +
        "how many of its connections are active. Arrow keys move, Enter pins.",
    );
  }

  /** @param {Net} net */
  function drawAbout(net) {
    const pixel = pinnedIn(net);
    for (const node of [about, connected, history.node, sheets]) node.hidden = pixel === null;
    invite.hidden = pixel !== null;
    setText(suggest, busiestText(card.store.gates));
    setAttribute(body, "data-pixel", pixel ?? "");
    if (pixel === null) {
      setText(top.sub, "");
      return;
    }
    const { store } = card;
    const shape = shapeOf(net);
    const facts = pixelFacts(net, store, shape, pixel);
    setText(place, placeText(pixel, { ...shape, channels: 1 }));
    setText(kind.label, facts.kind);
    kind.paint(SWATCHES[facts.kind]);
    setText(explanation, kindText(facts, store.gates));
    setText(top.sub, `pixel ${pixel}`);
    drawBars(facts.active, shape);
    history.draw(pixel, shape);
  }

  /** @param {import("./pixel_facts.js").Connection[]} active @param {{channels: number}} shape */
  function drawBars(active, { channels }) {
    const most = Math.abs(active[0]?.weight ?? 0);
    bars.draw(
      active.slice(0, MOST_BARS).map(({ unit, channel, weight, gate, outputs }) => ({
        key: unit,
        chosen: unit === pin.get("unit"),
        value: weight,
        closed: outputs === 0,
        name: `unit ${unit}${channels === 3 ? `, ${CHANNELS[channel]}` : ""}`,
        figure: signed(weight),
        note: `${gate !== null ? `p ${gate.toFixed(2)} · ` : ""}${outputs ? `${outputs} out` : "no output"}`,
      })),
      most,
    );
    listed.hidden = !active.length;
    setText(listed, listedText(card.store.gates));
    setText(more, listText(Math.min(MOST_BARS, active.length), active.length));
  }

  function sheet() {
    const net = netNow();
    const pixel = net && pinnedIn(net);
    return net && pixel !== null ? pixelSheet(card, net, shapeOf(net), pixel) : null;
  }

  function drawAll() {
    const net = netNow();
    stage.hidden = Boolean(net);
    body.hidden = !net;
    setText(empty, emptyText(card, INVITATION));
    route.draw();
    if (!net) return;
    drawWhere();
    drawAbout(net);
  }

  function markWhere() {
    const net = netNow();
    if (where.state && net) where.mark(outlined(shapeOf(net)));
  }

  function pinned() {
    markWhere();
    const net = netNow();
    if (net) drawAbout(net);
  }

  const drawThrottled = throttle(DRAW_MS, drawAll);
  const drawHistoryThrottled = throttle(HISTORY_MS, () => {
    const net = netNow();
    const pixel = net && pinnedIn(net);
    if (net && pixel !== null) history.draw(pixel, shapeOf(net));
  });

  /** @param {Set<string>} kinds see `View` in mounting.js */
  function draw(kinds) {
    stop ??= pin.subscribe(pinned);
    if (kinds.has("hover")) markWhere();
    if (AT_ONCE.some((change) => kinds.has(change))) drawThrottled.now();
    else if (CHANGES.some((change) => kinds.has(change))) drawThrottled();
    else if (HISTORY_CHANGES.some((change) => kinds.has(change))) drawHistoryThrottled();
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
