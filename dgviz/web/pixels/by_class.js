/** Which pixels count for and against each class, and how two classes differ. */

import { atTau } from "../core/gates.js";
import { el, heading, setAttribute, setText, throttle } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { byClassSheet } from "./by_class_sheet.js";
import { choice } from "./choice.js";
import { classDifference } from "./class_difference.js";
import { colourOf, strip as stripOf } from "./diverging.js";
import { difference, evidenceOf, mostOfAll } from "./evidence.js";
import { amount, classText, figure, pixelText } from "./evidence_text.js";
import { contourText, lineOptions, linesOf, OWN } from "./ink.js";
import { pager } from "./pager.js";
import * as pin from "./pin.js";
import { outlined, pixelPicture, readoutIn, titled } from "./pixel_picture.js";
import { sheetButtons } from "./sheets.js";
import { steadyScale } from "./steady_scale.js";

const PAGE = 10;
const CALM_MS = 400;
const SPOKEN_MS = 1000;
const FEED = ["gates", "weights", "facts"];
const NEWS = [...FEED, "preview", "mount", "theme", "size"];
const TITLE = "For and against each class";
const INVITATION = "Which pixels count for each class, and which count against it.";
/** One contour is all that a small picture can bear. */
const HALF = [0.5];
const CAVEAT =
  "This is the product of the two weight matrices, as if ReLU let every hidden unit " +
  "through. For a real image it lets only some of them through.";
const HINT = "Point at or tap a pixel to read its values. Click, tap or Enter pins it.";

/**
 * Small amounts are told apart better than large ones: the colour goes by the square root.
 * @param {number} share
 */
const rooted = (share) => Math.sign(share) * Math.sqrt(Math.abs(share));

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
 * @property {Array<Picture & {k: number}>} page the pictures of the classes, in order
 * @property {Picture} last of the difference
 * @property {[number, number]} pair the classes that are compared @property {Float32Array} gap
 * @property {number} end of the classes' scale @property {number} gapEnd of the difference's
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const redraw = () => drawThrottled.now();
  const lines = choice("contour lines", redraw);
  const pages = pager(PAGE, redraw);
  const top = heading(
    TITLE,
    "through active connections",
    pages.node,
    lines.node,
    sheetButtons(card, TITLE, sheet),
  );
  const maps = Array.from({ length: PAGE }, (_, i) => {
    const picture = pixelPicture({
      onHover: (pixel) => (asked = pixel === null ? null : pages.first + i),
    });
    return { picture, frame: titled(picture) };
  });
  const grid = el("div", { class: "multiples" }, ...maps.map(({ frame }) => frame.node));
  const scale = scaleStrip();
  const contourNote = el("span");
  const key = el(
    "div",
    { class: "legend" },
    el("span", {}, "against"),
    scale.node,
    el("span", {}, "for the class"),
    contourNote,
  );
  const apart = classDifference(redraw);
  const empty = el("p", { class: "empty" }, INVITATION);
  const readout = readoutIn(card.root);
  const parts = el(
    "div",
    { class: "classes" },
    el("div", {}, grid, key, readout, el("p", { class: "sub" }, CAVEAT)),
    apart.node,
  );
  card.root.append(
    el("section", { class: "card" }, top.node, el("div", { class: "stage" }, parts, empty)),
  );
  const [endOf, endApart] = [steadyScale(), steadyScale()];
  /** @type {?(Evidence & Shown)} */
  let shown = null;
  /** @type {?number} the class in whose picture the pointer is */
  let asked = null;
  /** @type {?(() => void)} */
  let stopPins = null;

  function drawAll() {
    const evidence = evidenceOf(card.store, card.tau);
    shown = null;
    empty.hidden = Boolean(evidence);
    parts.style.visibility = evidence ? "" : "hidden";
    setText(empty, card.emptyText(INVITATION));
    setText(readout, "");
    if (!evidence) return;
    const { classes, names, blank, shape } = evidence;
    lines.offer(lineOptions(card.store.facts, true));
    lines.enabled = Boolean(card.store.facts?.classMeans);
    pages.show(classes.length);
    const pair = apart.pairOf(names);
    const gap = difference(classes, ...pair);
    const { run } = card.data;
    const end = endOf(mostOfAll(classes, blank), run);
    const gapEnd = endApart(mostOfAll([gap], blank), run);
    const page = classes.slice(pages.first, pages.first + PAGE).map((values, i) => {
      const k = pages.first + i;
      return {
        k,
        title: `class ${names[k]}`,
        ...pictured(values, end),
        contour: contourOf(k, shape),
      };
    });
    const title = `${names[pair[0]]} (blue) or ${names[pair[1]]} (orange)`;
    const last = { title, ...pictured(gap, gapEnd) };
    shown = { ...evidence, page, pair, gap, end, gapEnd, last };
    maps.forEach(({ picture, frame }, i) => {
      frame.node.hidden = !page[i];
      if (!page[i]) return;
      setText(frame.name, names[page[i].k]);
      show(picture, evidence, page[i]);
    });
    show(apart.picture, evidence, last);
    showScale(scale, end);
    showScale(apart.scale, gapEnd);
    apart.explain(names, pair);
    setText(contourNote, contourNamed(shape));
    read();
    describe();
  }

  /** @param {Float32Array} values @param {number} end */
  const pictured = (values, end) => ({
    colourOf: (/** @type {number} */ pixel) => colourOf(rooted(values[pixel] / end), 1, card.theme),
  });

  /** @param {Evidence["shape"]} shape */
  const contourNamed = (shape) =>
    lines.value === OWN
      ? contourText("the mean of its class", HALF)
      : linesOf(lines.value, card.store.facts, shape, HALF).words;

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

  function read() {
    if (!shown) return;
    const {
      marked: [pointed],
      pinned,
    } = outlined(shown.shape);
    const pixel = pointed ?? pinned;
    if (pixel === null) setText(readout, HINT);
    else if (pointed === null) setText(readout, `pinned: ${pixelText(shown, pixel, shown, null)}`);
    else setText(readout, pixelText(shown, pixel, shown, asked));
  }

  const describe = throttle(SPOKEN_MS, () => {
    if (!shown) return;
    for (const [i, { k }] of shown.page.entries()) {
      const words = classText(shown, k, atTau(card.store.gates, card.tau));
      setAttribute(maps[i].picture.node, "aria-label", words);
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
      caveat: CAVEAT,
      pair: shown.pair,
      apart: shown.gap,
      contour: contourNamed(shape),
    });
  }

  function outline() {
    if (!shown) return;
    const cells = outlined(shown.shape);
    for (const { picture } of [...maps, apart]) picture.mark(cells);
    read();
  }

  const drawThrottled = throttle(CALM_MS, drawAll);
  /** @param {Set<string>} kinds of news */
  function draw(kinds) {
    stopPins ??= pin.subscribe((what) => what === "pixel" && outline());
    if (kinds.has("hover")) outline();
    if (!NEWS.some((kind) => kinds.has(kind))) return;
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
