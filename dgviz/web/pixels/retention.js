/** The card of the pixels in use: number, weight and path weight of their connections. */
import { amountCells, amountTicks, SCALE_COLOURS } from "../core/amounts.js";
import { cividis } from "../core/colours.js";
import { count, plain } from "../core/format.js";
import { atTau, isDense } from "../core/gates.js";
import { cellsOf, ofText } from "../core/pixels.js";
import { choice } from "../kit/choice.js";
import { el, heading, offer, segmented, setAttribute, setText, throttle } from "../kit/dom.js";
import { swatch } from "../kit/legend.js";
import { mountCard } from "../kit/mounting.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { sheetButtons } from "../kit/sheets.js";
import { lineOptions, linesOf } from "./ink.js";
import { isChain } from "./network.js";
import * as pin from "./pin.js";
import { mostOf, pixelMeasures } from "./pixel_measures.js";
import { outlined, pixelPicture, readoutIn, titled } from "./pixel_picture.js";
import { retentionSheet } from "./retention_sheet.js";
import { steadyScale } from "./steady_scale.js";

const DRAW_MS = 300;
const DESCRIBE_MS = 1000;
const FEED = ["gates", "weights", "facts"];
const CHANGES = [...FEED, "preview", "mount", "theme", "size"];
const TITLE = "Which pixels are in use";
const INVITATION = "How many active connections each pixel has.";
const ALL_ACTIVE =
  "This method takes no connection away: all connections of every pixel are active, so the first " +
  "map has one colour. The pixels differ only in how large their weights are.";
const NO_PATHS =
  " There is no map of path weights, because the paths to the classes depend on the image.";
const HINT = "Point at or tap a pixel to read it in all maps. Click, tap or Enter pins it.";

/** @type {Array<{key: Key, title: string, short: string, note: string}>} */
const MAPS = [
  { key: "active", title: "Active connections", short: "number", note: "how many" },
  { key: "weight", title: "Weight", short: "weight", note: "Σ|W| of these connections" },
  { key: "paths", title: "Path weight", short: "paths", note: "|W| × weights to the classes" },
];
/** @param {number} x */
const figure = (x) => plain(Number(x.toPrecision(3)));

/** @param {import("../kit/mounting.js").Component} component data: {run, token, caption} */
export const mount = (component) =>
  mountCard(component, {
    name: "retention",
    height: 560,
    channels: ["masks", "weights", "facts"],
    follows: true,
    previews: true,
    hovers: true,
    lazy: true,
    build,
  });

/**
 * @typedef {import("./pixel_measures.js").PixelMeasures} PixelMeasures
 * @typedef {"active"|"weight"|"paths"} Key a property of it
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const maps = MAPS.map((map) => {
    const [picture, strip] = [pixelPicture(), scaleStrip()];
    const frame = titled(picture, strip.node);
    setText(frame.name, map.title);
    setText(frame.note, map.note);
    frame.node.dataset.map = map.key;
    return { ...map, picture, strip, frame, scale: steadyScale(), end: 1 };
  });
  const row = el(
    "div",
    { class: "maps", "data-shown": "active" },
    ...maps.map(({ frame }) => frame.node),
  );
  const lines = choice("contour lines", () => draw(new Set(["mount"])));
  /** @type {Array<[Key, string]>} */
  const names = MAPS.map(({ key, short }) => [key, short]);
  /** @type {Key} the map that is shown where there is room for one only */
  let chosen = "active";
  const mapChoice = segmented("which map", names, chosen, (key) => {
    chosen = key;
    drawAll();
  });
  mapChoice.classList.add("narrow-only");
  const top = heading(TITLE, "", lines.node, mapChoice, sheetButtons(card, TITLE, sheet));
  const empty = el("p", { class: "empty" }, INVITATION);
  const note = el("p", { class: "sub" });
  const readout = readoutIn(card.root);
  const [blankKey, unusedKey, usedKey] = [swatch("blank"), swatch("unused"), swatch("used")];
  const contour = el("span");
  const legend = el(
    "div",
    { class: "legend" },
    usedKey.node,
    unusedKey.node,
    blankKey.node,
    contour,
  );
  card.root.append(
    el(
      "section",
      { class: "card" },
      top.node,
      note,
      el("div", { class: "stage" }, row, empty),
      readout,
      el("div", { class: "foot" }, legend),
    ),
  );
  /** @type {?PixelMeasures} */
  let state = null;
  /** @type {ReturnType<typeof linesOf>} */
  let overlay = { ink: null, contour: null, text: "", name: "" };
  /** @type {?(() => void)} */
  let stopPins = null;

  /**
   * Weights are coloured by their square root, so that small ones can be distinguished.
   * @param {PixelMeasures} shown @param {typeof maps[number]} map
   */
  const cells = (shown, { key, end }) =>
    key === "active"
      ? amountCells(shown, card.theme)
      : cellsOf(shown, card.theme, (pixel) => cividis(Math.sqrt((shown[key]?.[pixel] ?? 0) / end)));

  /** @param {typeof maps[number]} map @returns {Array<[number, string]>} */
  const ticksOf = ({ key, end }) =>
    key === "active" ? amountTicks(end) : [0, 0.5, 1].map((at) => [at, figure(at * at * end)]);

  /** @param {PixelMeasures} shown @param {typeof maps[number]} map */
  function drawMap(shown, map) {
    const values = shown[map.key];
    map.picture.node.style.visibility = values ? "" : "hidden";
    if (!values) return;
    const isAmount = map.key === "active";
    map.end = isAmount ? shown.of : map.scale(mostOf(values, shown.kinds), card.data.run);
    const { shape } = shown;
    map.picture.draw({
      shape,
      ...cells(shown, map),
      contour: overlay.contour,
      theme: card.theme,
      ...outlined(shape),
    });
    map.strip.show({ colours: SCALE_COLOURS, ticks: ticksOf(map) });
    if (isAmount) setText(map.frame.note, ofText(shown));
  }

  /** Offers path weights only where a pixel has paths through one hidden layer. */
  function offerMaps() {
    const { gates } = card.store;
    const offered = names
      .map(([key]) => key)
      .filter((key) => key !== "paths" || (gates && isChain(gates)));
    if (!offered.includes(chosen)) chosen = "active";
    row.dataset.shown = chosen;
    offer(mapChoice, offered, chosen);
    for (const { key, frame } of maps) frame.node.hidden = !offered.includes(key);
  }

  function drawAll() {
    const { store, tau } = card;
    state = pixelMeasures(store, tau);
    empty.hidden = Boolean(state);
    row.style.visibility = legend.style.visibility = state ? "" : "hidden";
    setText(empty, card.emptyText(INVITATION));
    setText(readout, "");
    if (!state) return;
    offerMaps();
    lines.offer(lineOptions(store.facts));
    lines.enabled = Boolean(store.facts?.classMeans);
    overlay = linesOf(lines.value, store.facts, state.shape);
    for (const map of maps) drawMap(state, map);
    const {
      shape: { width, height },
      blanks,
      unused,
    } = state;
    setText(
      top.sub,
      `${count(state.used)} of ${count(height * width)} pixels (${height} × ${width})`,
    );
    const gated = !isDense(store.gates);
    note.hidden = gated;
    setText(note, ALL_ACTIVE + (card.data.routing ? NO_PATHS : ""));
    setText(usedKey.label, `in use (${count(state.used)})`);
    unusedKey.node.hidden = !gated;
    setText(unusedKey.label, `unused: has ink, but no active connection (${count(unused)})`);
    setText(
      blankKey.label,
      `always blank in training: says nothing about importance (${count(blanks)})`,
    );
    setText(contour, overlay.text);
    updateReadout();
    describe();
  }

  function updateReadout() {
    if (!state) return;
    const {
      marked: [pointed],
      pinned,
    } = outlined(state.shape);
    const pixel = pointed ?? pinned;
    setText(readout, pixel === null ? HINT : pixelText(state, pixel, pointed === null));
  }

  /** @param {PixelMeasures} shown @param {number} pixel @param {boolean} isPinned */
  function pixelText(shown, pixel, isPinned) {
    const {
      shape: { width },
      active,
      kinds,
      weight,
      paths,
      of,
    } = shown;
    const parts = [
      `${isPinned ? "pinned: " : ""}row ${Math.floor(pixel / width)}, column ${pixel % width}`,
      kinds[pixel],
      `${count(active[pixel])} of ${count(of)} active`,
    ];
    if (weight) parts.push(`weight ${figure(weight[pixel])}`);
    if (paths) parts.push(`path weight ${figure(paths[pixel])}`);
    if (overlay.ink) parts.push(`ink ${figure(overlay.ink[pixel])} in ${overlay.name}`);
    return parts.join(" · ");
  }

  const describe = throttle(DESCRIBE_MS, () => {
    if (!state) return;
    const {
      shape: { width, height },
      blanks,
      unused,
      used,
    } = state;
    for (const { key, title, picture, end } of maps) {
      const most = figure(mostOf(state[key], state.kinds));
      setAttribute(
        picture.node,
        "aria-label",
        `${TITLE}, ${title}: map of ${height} by ${width} pixels` +
          `${atTau(card.store.gates, card.tau)}. ${count(used)} are in use, ${count(unused)} are unused, ` +
          `${count(blanks)} are always blank in training. The largest amount is ${most}, on a ` +
          `scale to ${figure(end)}. Arrow keys read single pixels, Enter pins.`,
      );
    }
  });

  function sheet() {
    if (!state) return null;
    const shown = state;
    const drawn = maps
      .filter(({ key }) => shown[key])
      .map((map) => ({
        title: map.title,
        colours: SCALE_COLOURS,
        ...cells(shown, map),
        ticks: ticksOf(map),
        scale: `${map.title} (${map.key === "active" ? "logarithmic scale" : "colour by square root"})`,
      }));
    return retentionSheet(card, shown, drawn, overlay);
  }

  function outline() {
    if (!state) return;
    for (const { picture } of maps) picture.mark(outlined(state.shape));
    updateReadout();
  }

  const drawThrottled = throttle(DRAW_MS, drawAll);
  /** @param {Set<string>} kinds see `View` in mounting.js */
  function draw(kinds) {
    stopPins ??= pin.subscribe((what) => what === "pixel" && outline());
    if (kinds.has("hover")) outline();
    if (!CHANGES.some((kind) => kinds.has(kind))) return;
    const training = card.store.status?.phase === "running";
    if (training && [...kinds].every((kind) => FEED.includes(kind))) drawThrottled();
    else drawThrottled.now();
  }

  function dispose() {
    stopPins?.();
    stopPins = null;
  }
  return { draw, dispose };
}
