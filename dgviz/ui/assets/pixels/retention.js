/** What the gates leave of each input pixel: counted, weighted, and as far as it leads anywhere. */
import { choice } from "./choice.js";
import { cividis } from "../colours.js";
import { atMost, el, heading, mark, say, segmented } from "../dom.js";
import { count, plain, threshold } from "../format.js";
import { lineOptions, linesOf } from "./ink.js";
import { swatch } from "../legend.js";
import { mountCard } from "../mounting.js";
import * as pin from "./pin.js";
import { outlined, pixelPicture, readoutIn, titled } from "./pixel_picture.js";
import { kindOf, mostOf, retainedBy } from "./retained.js";
import { retentionSheet } from "./retention_sheet.js";
import { scaleStrip } from "./scale_strip.js";
import { sheetButtons } from "./sheets.js";
import { steadyScale } from "./steady_scale.js";

const CALM_MS = 300;
const SPOKEN_MS = 1000;
const FEED = ["gates", "weights", "facts"];
const NEWS = [...FEED, "preview", "mount", "theme", "size"];
const TITLE = "What the pixels retain";
const INVITATION = "How many connections of each pixel the gates have left.";
const NO_GATES = "This net has no gates: all connections of every pixel are kept. What differs "
  + "from pixel to pixel is how strong they are.";
const HINT = "Point at a pixel to read it in all three maps; a click or Enter pins it.";

/** Few connections are told apart better than many: the colour goes by the square root. */
const RAMP = Array.from({ length: 24 }, (_, i) => cividis(i / 23));
const MAPS = [
  { key: "count", title: "connections kept", short: "kept" },
  { key: "weight", title: "their weight, Σ|W|", short: "Σ|W|" },
  { key: "paths", title: "through living units", short: "paths" },
];
const figure = (x) => plain(Number(x.toPrecision(3)));

/** @param {Object} component data: {run, token, caption} */
export const mount = (component) =>
  mountCard(component, {
    name: "retention", height: 560, channels: FEED, follows: true, previews: true, points: true,
    rests: true,
    build,
  });

/** @param {import("../mounting.js").Card} card */
function build(card) {
  const maps = MAPS.map((map) => {
    const [picture, strip] = [pixelPicture(), scaleStrip()];
    const frame = titled(picture, strip.node);
    say(frame.name, map.title);
    frame.node.dataset.map = map.key;
    return { ...map, picture, strip, frame, scale: steadyScale() };
  });
  const row = el("div", { class: "maps", "data-shown": "count" },
    ...maps.map(({ frame }) => frame.node));
  const lines = choice("contours", () => draw(new Set(["mount"])));
  const one = segmented("which map", MAPS.map(({ key, short }) => [key, short]), "count", (key) => {
    row.dataset.shown = key;
    drawAll();
  });
  one.classList.add("narrow-only");
  const top = heading(TITLE, "", lines.node, one, sheetButtons(card, sheet));
  const empty = el("p", { class: "empty" }, INVITATION);
  const note = el("p", { class: "sub" });
  const readout = readoutIn(card.root);
  const [nodata, gone, kept] = [swatch("nodata"), swatch("pruned"), swatch("retained")];
  const contour = el("span");
  const legend = el("div", { class: "legend" }, nodata.node, gone.node, kept.node, contour);
  card.root.append(el("section", { class: "card" }, top.node, note, el("div", { class: "stage" },
    row, empty), readout, el("div", { class: "foot" }, legend)));
  /** @type {?import("./retained.js").Retained} */
  let state = null;
  let over = { ink: null, contour: null, words: "", of: "" };
  let stopPins = null;

  const colourOf = ({ key, end }) => (pixel) =>
    (state.blank[pixel] ? null
      : state.count[pixel] === 0 ? card.theme.pruned
        : cividis(Math.sqrt(state[key][pixel] / end)));

  function drawMap(map) {
    const values = state[map.key];
    map.picture.node.style.visibility = values ? "" : "hidden";
    if (!values) return;
    map.end = map.key === "count"
      ? state.of : map.scale(mostOf(values, state.blank), card.data.run);
    const { shape, blank } = state;
    map.picture.draw({
      shape, colourOf: colourOf(map), hatched: (pixel) => blank[pixel] === 1,
      contour: over.contour, theme: card.theme, ...outlined(shape),
    });
    const ticks = [0, 0.5, 1].map((at) => [at, figure(at * at * map.end)]);
    map.strip.show({ colours: RAMP, ticks });
    say(map.frame.note, { count: `of ${count(state.of)}`, weight: "of those kept",
      paths: "|W| × what its unit passes on" }[map.key]);
  }

  function drawAll() {
    const { store, tau } = card;
    state = retainedBy(store, tau);
    empty.hidden = Boolean(state);
    row.style.visibility = legend.style.visibility = state ? "" : "hidden";
    say(empty, card.emptyWords(INVITATION));
    say(readout, "");
    if (!state) return;
    lines.offer(lineOptions(store.facts));
    lines.enabled = Boolean(store.facts?.classMeans);
    over = linesOf(lines.value, store.facts, state.shape);
    for (const map of maps) drawMap(map);
    const { shape: { width, height }, blanks, pruned, retained } = state;
    say(top.sub, `${height} × ${width} pixels, ${count(retained)} in use`);
    const gated = store.gates.meta.gated !== false;
    note.hidden = gated;
    say(note, NO_GATES);
    say(nodata.label, `no evidence: always zero in the data (${count(blanks)})`
      + (gated ? "; only the penalty moves their gates" : ""));
    gone.node.hidden = !gated;
    say(gone.label, `pruned although it carries ink (${count(pruned)})`);
    say(kept.label, `retained (${count(retained)})`);
    say(contour, over.words);
    read();
    describe();
  }

  function read() {
    if (!state) return;
    const { marked: [pointed], pinned } = outlined(state.shape);
    const pixel = pointed ?? pinned;
    say(readout, pixel === null ? HINT : wordsOf(pixel, pointed === null));
  }

  function wordsOf(pixel, isPinned) {
    const { shape: { width }, weight, paths, of } = state;
    const words = [
      `${isPinned ? "pinned: " : ""}row ${Math.floor(pixel / width)}, column ${pixel % width}`,
      kindOf(state, pixel), `kept ${count(state.count[pixel])} of ${count(of)}`,
    ];
    if (weight) words.push(`Σ|W| ${figure(weight[pixel])}`, `paths ${figure(paths[pixel])}`);
    if (over.ink) words.push(`ink ${figure(over.ink[pixel])} in ${over.of}`);
    return words.join(" · ");
  }

  const describe = atMost(SPOKEN_MS, () => {
    if (!state) return;
    const { shape: { width, height }, blanks, pruned, retained } = state;
    for (const { key, title, picture, end } of maps) {
      const most = figure(mostOf(state[key], state.blank));
      mark(picture.node, "aria-label", `${TITLE}, ${title}: map of ${height} by ${width} pixels at `
        + `tau ${threshold(card.tau)}. ${count(retained)} are retained, ${count(pruned)} are `
        + `pruned although they carry ink, ${count(blanks)} are always zero in the data. At most `
        + `${most} on a scale to ${figure(end ?? 1)}. Arrow keys read single pixels, Enter pins.`);
    }
  });

  function sheet() {
    if (!state) return null;
    const drawn = maps.filter(({ key }) => state[key]).map((map) => ({
      title: map.title, colours: RAMP, last: `${figure(map.end)} (colour by its square root)`,
      colourOf: colourOf(map),
    }));
    return retentionSheet(card, state, drawn, over);
  }

  function outline() {
    if (!state) return;
    for (const { picture } of maps) picture.mark(outlined(state.shape));
    read();
  }

  const calmly = atMost(CALM_MS, drawAll);
  function draw(kinds) {
    stopPins ??= pin.subscribe((what) => what === "pixel" && outline());
    if (kinds.has("hover")) outline();
    if (!NEWS.some((kind) => kinds.has(kind))) return;
    const training = card.store.status?.phase === "running";
    if (training && [...kinds].every((kind) => FEED.includes(kind))) calmly();
    else calmly.now();
  }

  function dispose() {
    stopPins?.();
    stopPins = null;
  }
  return { draw, dispose };
}
