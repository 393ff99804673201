/** Which pixels count for and against each class, and how two classes differ. */

import { atTau } from "../core/gates.js";
import { choice } from "../kit/choice.js";
import { el, heading, setAttribute, setText, throttle } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { sheetButtons } from "../kit/sheets.js";
import { byClassSheet } from "./by_class_sheet.js";
import { emptyText, ONE_ROUTE, routeChoice } from "./chosen_route.js";
import { classDifference } from "./class_difference.js";
import { colourOf, strip as stripOf } from "./diverging.js";
import { difference, evidenceOf, mostOfAll } from "./evidence.js";
import { amount, caveatOf, classText, figure, pixelText } from "./evidence_text.js";
import { contourText, lineOptions, linesOf, OWN } from "./ink.js";
import { pager } from "./pager.js";
import * as pin from "./pin.js";
import { outlined, pixelPicture, readoutIn, titled } from "./pixel_picture.js";
import { steadyScale } from "./steady_scale.js";

const PAGE = 10;
const DRAW_MS = 400;
const DESCRIBE_MS = 1000;
const FEED = ["gates", "weights", "facts"];
const CHANGES = [...FEED, "preview", "route", "mount", "theme", "size"];
const TITLE = "For and against each class";
const INVITATION = "Which pixels count for each class, and which count against it.";
/** The contour levels in a small picture, as shares of the highest value. */
const HALF = [0.5];
const HINT = "Point at or tap a pixel to read its values. Click, tap or Enter pins it.";

/**
 * The signed square root of a share, so that small amounts can be distinguished by their colours.
 * @param {number} share in [-1, 1]
 */
const signedRoot = (share) => Math.sign(share) * Math.sqrt(Math.abs(share));

/** @param {import("../kit/mounting.js").Component} component data: {run, token, caption} */
export const mount = (component) =>
  mountCard(component, {
    name: "by-class",
    height: 560,
    channels: ["masks", "weights", "facts"],
    follows: true,
    previews: true,
    hovers: true,
    lazy: true,
    ...ONE_ROUTE,
    build,
  });

/**
 * @typedef {import("./evidence.js").Evidence} Evidence
 *
 * @typedef {Object} Picture
 * @property {string} title
 * @property {(pixel: number) => import("../core/colours.js").Rgb} colourOf
 * @property {import("../kit/grid_picture.js").GridState["contour"]} [contour]
 *
 * @typedef {Object} Shown what is drawn
 * @property {Array<Picture & {k: number}>} page pictures of the classes, in order
 * @property {Picture} last picture of the difference
 * @property {[number, number]} pair the classes that are compared
 * @property {Float32Array} gap their difference, by pixel
 * @property {number} end of the classes' scale @property {number} gapEnd of the difference's scale
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const redraw = () => drawThrottled.now();
  const lines = choice("contour lines", redraw);
  const pages = pager(PAGE, redraw);
  const route = routeChoice(card);
  const top = heading(
    TITLE,
    "through active connections",
    route.list,
    pages.node,
    lines.node,
    sheetButtons(card, TITLE, sheet),
  );
  const maps = Array.from({ length: PAGE }, (_, i) => {
    const picture = pixelPicture({
      onHover: (pixel) => (hovered = pixel === null ? null : pages.first + i),
    });
    return { picture, frame: titled(picture) };
  });
  const grid = el("div", { class: "multiples" }, ...maps.map(({ frame }) => frame.node));
  const scale = scaleStrip();
  const contourNote = el("span");
  const legend = el(
    "div",
    { class: "legend" },
    el("span", {}, "against"),
    scale.node,
    el("span", {}, "for the class"),
    contourNote,
  );
  const comparison = classDifference(redraw);
  const empty = el("p", { class: "empty" }, INVITATION);
  const readout = readoutIn(card.root);
  const caveat = el("p", { class: "sub" });
  const parts = el(
    "div",
    { class: "classes" },
    el("div", {}, grid, legend, readout, caveat),
    comparison.node,
  );
  card.root.append(
    el(
      "section",
      { class: "card" },
      top.node,
      route.note,
      el("div", { class: "stage" }, parts, empty),
    ),
  );
  const [endOf, gapEndOf] = [steadyScale(), steadyScale()];
  /** @type {?(Evidence & Shown)} */
  let shown = null;
  /** @type {?number} the class whose picture the pointer is in */
  let hovered = null;
  /** @type {?(() => void)} */
  let stopPins = null;

  function drawAll() {
    const evidence = evidenceOf(card.store, card.tau);
    shown = null;
    empty.hidden = Boolean(evidence);
    parts.style.visibility = evidence ? "" : "hidden";
    setText(empty, emptyText(card, INVITATION));
    route.draw();
    setText(readout, "");
    if (!evidence) return;
    const { classes, names, blank, shape } = evidence;
    lines.offer(lineOptions(card.store.facts, true));
    lines.enabled = Boolean(card.store.facts?.classMeans);
    pages.show(classes.length);
    const pair = comparison.pairOf(names);
    const gap = difference(classes, ...pair);
    const { run } = card.data;
    const end = endOf(mostOfAll(classes, blank), run);
    const gapEnd = gapEndOf(mostOfAll([gap], blank), run);
    const page = classes.slice(pages.first, pages.first + PAGE).map((values, i) => {
      const k = pages.first + i;
      return {
        k,
        title: `class ${names[k]}`,
        ...colouring(values, end),
        contour: contourOf(k, shape),
      };
    });
    const title = `${names[pair[0]]} (blue) or ${names[pair[1]]} (orange)`;
    const last = { title, ...colouring(gap, gapEnd) };
    shown = { ...evidence, page, pair, gap, end, gapEnd, last };
    maps.forEach(({ picture, frame }, i) => {
      frame.node.hidden = !page[i];
      if (!page[i]) return;
      setText(frame.name, names[page[i].k]);
      show(picture, evidence, page[i]);
    });
    show(comparison.picture, evidence, last);
    showScale(scale, end);
    showScale(comparison.scale, gapEnd);
    comparison.explain(names, pair);
    setText(caveat, caveatOf(evidence));
    setText(contourNote, contourLabel(shape));
    updateReadout();
    describe();
  }

  /** @param {Float32Array} values @param {number} end */
  const colouring = (values, end) => ({
    colourOf: (/** @type {number} */ pixel) =>
      colourOf(signedRoot(values[pixel] / end), 1, card.theme),
  });

  /** @param {Evidence["shape"]} shape */
  const contourLabel = (shape) =>
    lines.value === OWN
      ? contourText("the mean of its class", HALF)
      : linesOf(lines.value, card.store.facts, shape, HALF).text;

  /** @param {number} k @param {Evidence["shape"]} shape */
  const contourOf = (k, shape) => {
    const wanted = lines.value === OWN ? String(k) : lines.value;
    return linesOf(wanted, card.store.facts, shape, HALF).contour;
  };

  /**
   * @param {import("../kit/grid_picture.js").GridPicture} picture @param {Evidence} evidence
   * @param {Picture} state
   */
  function show(picture, { shape, blank }, { colourOf: colours, contour }) {
    picture.draw({
      shape,
      contour,
      theme: card.theme,
      hatched: (pixel) => blank[pixel] === 1,
      colourOf: (pixel) => (blank[pixel] ? null : colours(pixel)),
      ...outlined(shape),
    });
  }

  /** @param {ReturnType<typeof scaleStrip>} strip @param {number} end */
  function showScale(strip, end) {
    /** @type {Array<[number, string]>} */
    const ticks = [-1, -0.5, 0, 0.5, 1].map((at) => [
      (at + 1) / 2,
      amount(at * Math.abs(at) * end),
    ]);
    strip.show({ colours: stripOf(card.theme), ticks });
  }

  function updateReadout() {
    if (!shown) return;
    const {
      marked: [pointed],
      pinned,
    } = outlined(shown.shape);
    const pixel = pointed ?? pinned;
    if (pixel === null) setText(readout, HINT);
    else if (pointed === null) setText(readout, `pinned: ${pixelText(shown, pixel, shown, null)}`);
    else setText(readout, pixelText(shown, pixel, shown, hovered));
  }

  const describe = throttle(DESCRIBE_MS, () => {
    if (!shown) return;
    for (const [i, { k }] of shown.page.entries()) {
      const label = classText(shown, k, atTau(card.store.gates, card.tau));
      setAttribute(maps[i].picture.node, "aria-label", label);
    }
  });

  function sheet() {
    if (!shown) return null;
    const { blank, shape } = shown;
    const panels = [...shown.page, shown.last].map(({ title, colourOf: colours, contour }) => ({
      title,
      contour,
      hatched: (/** @type {number} */ pixel) => blank[pixel] === 1,
      colourOf: colours,
    }));
    return byClassSheet(card, shown, panels, {
      ends: [figure(shown.end), figure(shown.gapEnd)],
      colours: stripOf(card.theme),
      caveat: caveatOf(shown),
      pair: shown.pair,
      gap: shown.gap,
      contour: contourLabel(shape),
    });
  }

  function outline() {
    if (!shown) return;
    const cells = outlined(shown.shape);
    for (const { picture } of [...maps, comparison]) picture.mark(cells);
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
