/** The map of all gates between pixels and hidden units: one row a unit, one column a pixel. */
import { atMost, el, heading, mark, say, segmented } from "./dom.js";
import { count, known, percent, ratio, signed, threshold, UNKNOWN } from "./format.js";
import { gateLegend } from "./gate_legend.js";
import { GatePicture } from "./gate_picture.js";
import { countAll, countKept, cutoff } from "./gates.js";
import { listen } from "./gestures.js";
import * as hover from "./hover.js";
import { mountCard } from "./mounting.js";
import { hasNoData, imageShape, placeWords } from "./pixels.js";
import * as preview from "./preview.js";

const SPOKEN_MS = 1000;
const KEY_ZOOM = 1.5;
const INVITATION = "Each row is a hidden unit, each column an input pixel. "
  + "Press Start and watch connections go out.";
const SUBTITLE = "hidden units × pixels";
const FIGURES = ["data-frame", "data-epoch", "data-active-ratio", "data-test-accuracy", "data-tau"];
const HINT = matchMedia("(pointer: coarse)").matches
  ? "Touch a connection to read it; pinch to zoom."
  : "Point at a connection to read it; zoom with + and −, or ctrl and the wheel.";

/** @param {Object} component data: {run, token} */
export const mount = (component) =>
  mountCard(component, {
    name: "gate-map", height: 460, channels: ["gates", "weights", "facts"], follows: true,
    previews: true, points: true, build,
  });

/** @param {import("./mounting.js").Card} card */
function build(card) {
  const picture = new GatePicture();
  let pointed = null;
  let byKeys = false;

  const empty = el("p", { class: "empty" }, INVITATION);
  const stage = el("div", {
    class: "stage map", "data-testid": "gate-canvas", role: "img", tabindex: "0",
    "aria-label": INVITATION,
  }, picture.canvas, empty);
  const [left, right] = [el("span"), el("span")];
  const readout = el("div", { class: "readout" });
  const spoken = el("div", { class: "spoken", "aria-live": "polite" });
  const legend = gateLegend();
  const modes = segmented("what is drawn",
    [["probability", "probability"], ["mask", "mask"], ["weight", "weight"]], picture.mode,
    (mode) => redraw({ mode }));
  const orders = segmented("order of the units",
    [["index", "by index"], ["retained", "by retained"]], picture.by, (by) => redraw({ by }));
  const top = heading("Gate map", SUBTITLE, modes, orders);
  const zooms = el("div", { class: "segmented zooms", role: "group", "aria-label": "zoom" },
    ...[["−", "zoom out", 1 / KEY_ZOOM], ["+", "zoom in", KEY_ZOOM], ["fit", "whole map", 0]]
      .map(([sign, label, factor]) => zoomButton(sign, label, factor)));
  card.root.append(el("section", { class: "card tall" }, top.node, stage,
    el("div", { class: "axis" }, left, right), readout,
    el("div", { class: "foot" }, legend.node, zooms), spoken));

  function zoomButton(sign, label, factor) {
    const button = el("button", { type: "button", "aria-label": label, title: label }, sign);
    button.addEventListener("click", () => {
      if (factor) picture.zoom(0.5, 0.5, factor);
      else picture.view.reset();
      draw();
    });
    return button;
  }

  listen(stage, picture.view, {
    point(at) {
      byKeys = false;
      pointed = at;
      picture.cursor = at && picture.cellAt(...at);
      hover.set(picture.cursor?.col ?? null);
      drawPicture();
    },
    zoom(across, down, factor) {
      picture.zoom(across, down, factor);
      draw();
    },
    step(rows, cols) {
      byKeys = true;
      picture.step(rows, cols);
      hover.set(picture.cursor?.col ?? null);
      draw();
      say(spoken, readout.textContent);
    },
    changed: () => draw(),
  });
  function redraw(choice) {
    Object.assign(picture, choice);
    draw();
  }

  function shapeNow() {
    return imageShape(card.store.facts, card.store.gates.layers[0].cols);
  }

  function drawPicture() {
    const { gates, weights, facts } = card.store;
    stage.classList.toggle("zoomed", !picture.view.isWhole);
    picture.marked = hover.get();
    picture.draw({ frame: gates, weights: weights?.layers[0], tau: card.tau, theme: card.theme });
    if (!gates) {
      say(readout, "");
      return;
    }
    if (pointed && !byKeys) picture.cursor = picture.cellAt(...pointed);
    say(readout, picture.cursor ? cellWords(picture.cursor, facts) : HINT);
  }

  function cellWords({ unit, col }, facts) {
    const { gates, weights } = card.store;
    const at = unit * gates.layers[0].cols + col;
    const q = gates.layers[0].bytes[at];
    const words = [
      `unit ${unit}`, `pixel (${placeWords(col, shapeNow())})`, `G ${(q / 200).toFixed(3)}`,
      `W ${signed(weights?.layers[0]?.data[at] ?? null)}`, q > cutoff(card.tau) ? "kept" : "closed",
    ];
    if (hasNoData(facts, col)) words.push("no data");
    return words.join(" · ");
  }

  function drawFrame() {
    const { gates } = card.store;
    const [first, last] = picture.columnsSeen();
    const shape = shapeNow();
    say(left, `pixel ${first} (${placeWords(first, shape)})`);
    say(right, last === gates.layers[0].cols - 1 ? `pixel ${last}`
      : `pixel ${last} (${placeWords(last, shape)})`);
    const { rows, cols } = gates.layers[0];
    say(top.sub, `${rows} hidden units × ${cols} pixels`);
    legend.draw(card, picture);
    attributes();
    describe();
  }

  const shares = () => {
    const { gates } = card.store;
    return preview.get() === null && known(gates.meta.active_ratio)
      ? gates.meta.active_ratio : countKept(gates, card.tau) / countAll(gates);
  };
  const tested = () => card.store.metrics.findLast((entry) => known(entry.test_accuracy))
    ?.test_accuracy ?? card.store.gates.meta.test_accuracy;

  function attributes() {
    const { meta } = card.store.gates;
    mark(stage, "data-frame", meta.frame);
    mark(stage, "data-epoch", meta.epoch);
    mark(stage, "data-active-ratio", shares());
    mark(stage, "data-test-accuracy", tested() ?? "");
    mark(stage, "data-tau", card.tau);
    mark(stage, "data-zoom", 1 / picture.view.size);
  }

  /** Nothing of an earlier run may be read under the name of a new one. */
  function forget() {
    for (const name of FIGURES) stage.removeAttribute(name);
    for (const node of [left, right]) say(node, "");
    say(top.sub, SUBTITLE);
    mark(stage, "aria-label", empty.textContent);
  }

  const describe = atMost(SPOKEN_MS, () => {
    const { gates } = card.store;
    if (!gates) return;
    const { rows, cols } = gates.layers[0];
    mark(stage, "aria-label", `Gate map of ${rows} hidden units and ${cols} pixels. `
      + `${count(countKept(gates, card.tau))} of ${count(countAll(gates))} connections are kept `
      + `at tau ${threshold(card.tau)}: active ratio ${ratio(shares())}. Epoch `
      + `${known(gates.meta.epoch) ? gates.meta.epoch.toFixed(1) : UNKNOWN}, `
      + `test accuracy ${percent(tested())}. Arrow keys read single connections.`);
  });

  function draw(kinds) {
    if (kinds?.has("hover")) {
      if (picture.marked !== hover.get()) drawPicture();
      return;
    }
    const frame = card.store.gates;
    empty.hidden = Boolean(frame);
    legend.node.style.visibility = zooms.style.visibility = frame ? "" : "hidden";
    say(empty, card.emptyWords(INVITATION));
    drawPicture();
    if (frame) drawFrame();
    else forget();
  }
  return { draw };
}
