/** How many hidden units still look at each pixel, laid out as the image is. */
import { cividis, css } from "./colours.js";
import { atMost, el, fitCanvas, heading, mark, say } from "./dom.js";
import { count, threshold } from "./format.js";
import * as hover from "./hover.js";
import { ramp, swatch } from "./legend.js";
import { mountCard } from "./mounting.js";
import { keptOnImage } from "./pixels.js";

const SPOKEN_MS = 1000;
const NEWS = ["gates", "facts", "preview", "mount", "theme", "size"];
const RAMP = Array.from({ length: 18 }, (_, i) => cividis(i / 17));
const INVITATION = "Where on the image the net still looks.";

/** @param {Object} component data: {run, token} */
export const mount = (component) =>
  mountCard(component, {
    name: "pixel-map", height: 460, channels: ["gates", "facts"], follows: true, previews: true,
    points: true, build,
  });

/** @param {import("./mounting.js").Card} card */
function build(card) {
  const canvas = el("canvas");
  const empty = el("p", { class: "empty" }, INVITATION);
  const stage = el("div", { class: "stage map", role: "img", tabindex: "0" }, canvas, empty);
  const readout = el("div", { class: "readout", "aria-live": "polite" });
  const [scale, nodata, pruned] = [ramp(), swatch("nodata", "no data"), swatch("pruned", "pruned")];
  const legend = el("div", { class: "legend" }, scale.node, nodata.node, pruned.node);
  card.root.append(el("section", { class: "card tall" },
    heading("What the pixels keep", "").node, stage, readout,
    el("div", { class: "foot" }, legend)));
  let state = null;

  stage.addEventListener("pointermove", (event) => hover.set(cellAt(event)));
  stage.addEventListener("pointerleave", () => hover.set(null));
  stage.addEventListener("keydown", (event) => {
    const { width, height } = state?.shape ?? { width: 1, height: 1 };
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width }[event.key];
    if (!step || !state) return;
    event.preventDefault();
    const from = hover.get() ?? Math.floor((width * height + width) / 2);
    hover.set(Math.min(width * height - 1, Math.max(0, from + step)));
  });

  function cellAt({ clientX, clientY }) {
    if (!state?.cell) return null;
    const box = canvas.getBoundingClientRect();
    const col = Math.floor((clientX - box.left - state.left) / state.cell);
    const row = Math.floor((clientY - box.top - state.top) / state.cell);
    const { width, height } = state.shape;
    return col >= 0 && row >= 0 && col < width && row < height ? row * width + col : null;
  }

  function drawPicture() {
    const box = fitCanvas(canvas);
    const context = canvas.getContext("2d");
    context.setTransform(box.scale, 0, 0, box.scale, 0, 0);
    context.clearRect(0, 0, box.width, box.height);
    if (!state?.kept || !card.store.gates || !box.width) {
      say(readout, "");
      return;
    }
    layOut(box);
    state.kept.forEach((_, pixel) => drawCell(context, pixel));
    drawHatching(context);
    const at = hover.get();
    const pixel = at === null ? null : at % state.kept.length;
    if (pixel !== null) outline(context, pixel);
    say(readout, pixel === null ? "Point at a pixel to read it." : pixelWords(pixel));
  }

  function layOut({ width, height, scale: dots }) {
    const { shape } = state;
    state.dots = dots;
    state.cell = Math.min(width / shape.width, height / shape.height);
    state.left = (width - state.cell * shape.width) / 2;
    state.top = (height - state.cell * shape.height) / 2;
  }

  /** A pixel's left, top, width, height: edges on whole device pixels, so that no seams show. */
  function cellBox(pixel) {
    const whole = (x) => Math.round(x * state.dots) / state.dots;
    const { left, top, cell, shape } = state;
    const [row, col] = [Math.floor(pixel / shape.width), pixel % shape.width];
    const [x, y] = [whole(left + col * cell), whole(top + row * cell)];
    return [x, y, whole(left + (col + 1) * cell) - x, whole(top + (row + 1) * cell) - y];
  }

  function drawCell(context, pixel) {
    if (state.blank[pixel]) return;
    const n = state.kept[pixel];
    context.fillStyle = css(n === 0 ? card.theme.pruned : cividis(n / state.most));
    context.fillRect(...cellBox(pixel));
  }

  /** One set of lines through all cells without data, so that it runs on from each to the next. */
  function drawHatching(context) {
    const { left, top, cell, shape } = state;
    const [wide, high] = [cell * shape.width, cell * shape.height];
    context.save();
    context.beginPath();
    state.blank.forEach((blank, pixel) => {
      if (blank) context.rect(...cellBox(pixel));
    });
    context.clip();
    context.beginPath();
    for (let x = -high; x < wide; x += 6) {
      context.moveTo(left + x, top + high);
      context.lineTo(left + x + high, top);
    }
    context.strokeStyle = css(card.theme.muted, 0.55);
    context.lineWidth = 1;
    context.stroke();
    context.restore();
  }

  function outline(context, pixel) {
    context.lineWidth = 2;
    context.strokeStyle = css(card.theme.tau);
    context.strokeRect(...cellBox(pixel));
  }

  function pixelWords(pixel) {
    const { width } = state.shape;
    const place = `row ${Math.floor(pixel / width)}, column ${pixel % width}`;
    const kept = `${count(state.kept[pixel])} of ${count(state.of)}`;
    const word = state.blank[pixel] ? "no data" : state.kept[pixel] === 0 ? "pruned" : "kept";
    return `${place} · ${kept} · ${word}`;
  }

  const describe = atMost(SPOKEN_MS, () => mark(stage, "aria-label", inWords()));
  const inWords = () => {
    if (!state || !card.store.gates) return INVITATION;
    const { shape, kept, blanks, pruned: gone, most, of } = state;
    return `Map of ${shape.height} by ${shape.width} pixels at tau ${threshold(card.tau)}: `
      + `${count(kept.length - blanks - gone)} are in use, ${count(gone)} are pruned, `
      + `${count(blanks)} never carry ink. At most ${count(most)} of ${count(of)} connections `
      + "of a pixel are kept. Arrow keys read single pixels.";
  };

  function draw(kinds) {
    if (kinds.has("hover")) {
      drawPicture();
      return;
    }
    const frame = card.store.gates;
    if (frame && !NEWS.some((kind) => kinds.has(kind))) return;
    empty.hidden = Boolean(frame);
    legend.style.visibility = frame ? "" : "hidden";
    say(empty, card.emptyWords(INVITATION));
    if (frame) {
      state = { ...state, ...keptOnImage(frame, card.store.facts, card.tau) };
      scale.show({
        name: `retained of ${count(state.of)}`, low: "", high: `0 – ${count(state.most)}`,
        colours: RAMP,
      });
      say(nodata.label, card.store.facts ? `no data (${count(state.blanks)} pixels)` : "no data");
      say(pruned.label, `pruned (${count(state.pruned)})`);
    }
    drawPicture();
    describe();
  }
  return { draw };
}
