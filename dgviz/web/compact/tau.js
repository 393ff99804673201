/** Prune harder after training: accuracy and size against tau, and a slider that both follow. */
import { threshold } from "../core/format.js";
import { sendState } from "../core/telling.js";
import { el, heading, onPress, setAttribute, setEnabled, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import { LEFT, RIGHT, tauDrawing } from "./tau_drawing.js";
import { cliffText, nearest, readingOf } from "./tau_text.js";

const TITLE = "Prune harder after training";
const PICTURE_PX = 760;
/** A held arrow key moves the slider many times a second; only its last value counts. */
const KEYS_MS = 250;
/** Half a thumb: the slider's ends lie this far inside its box. */
const HALF_THUMB = 8;

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, tau, points, own, images, note,
 *   caption}. `note` tells what is done to the network after the curve, or is "". Without points, axes are shown. Sends `tau` when the slider is released
 */
export const mount = (component) =>
  mountCard(component, { name: "compact-tau", height: 420, build });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  /** @returns {import("./tau_text.js").Curve} */
  const curve = () => card.data;
  const picture = el("div", { class: "picture", role: "img" });
  const slider = el("input", { type: "range", min: "0", step: "1", "aria-label": "τ threshold" });
  const reading = el("p", { class: "reading" });
  const cliff = el("p", { class: "sub" });
  const note = el("p", { class: "sub" });
  const back = el("button", { type: "button", class: "plain" });
  const sheets = sheetButtons(card, TITLE, sheet);
  const top = heading(
    TITLE,
    "before fan-in and fine-tuning; drag to look, release to compact",
    back,
    sheets,
  );
  const row = el("div", { class: "slider" }, slider);
  row.style.paddingLeft = `${LEFT - HALF_THUMB}px`;
  row.style.paddingRight = `${RIGHT - HALF_THUMB}px`;
  card.root.append(el("section", { class: "card" }, top.node, picture, row, reading, cliff, note));

  /** The shown threshold, and the newest one from Python. */
  let [tau, given] = [NaN, NaN];
  /** @type {?string} */
  let run = null;
  let timer = 0;
  let byKeys = false;

  /** Takes a threshold from Python, unless it is the one that this card has sent. */
  function take() {
    if (card.data.run !== run || card.data.tau !== given) tau = card.data.tau;
    [run, given] = [card.data.run, card.data.tau];
  }

  function commit() {
    clearTimeout(timer);
    timer = 0;
    given = tau;
    sendState(card.component, "tau", tau);
  }

  function drawNow() {
    const isMeasured = curve().points.length > 0;
    // The room stays, and the progress beneath the card is about as high as its texts.
    for (const node of [back, sheets, row]) node.style.visibility = isMeasured ? "" : "hidden";
    for (const node of [reading, cliff, note]) node.hidden = !isMeasured;
    if (isMeasured) drawReading();
    else setAttribute(picture, "aria-label", "Accuracy against τ is being measured.");
    const width = picture.clientWidth;
    if (width) picture.replaceChildren(tauDrawing(curve(), tau, width, card.theme));
  }

  /** Everything but the picture. */
  function drawReading() {
    const { points, own } = curve();
    const at = nearest(points, tau);
    const text = readingOf(curve(), tau);
    setText(reading, text);
    setText(cliff, cliffText(curve()));
    setText(note, card.data.note);
    setAttribute(slider, "max", points.length - 1);
    if (slider.valueAsNumber !== at) slider.value = String(at);
    slider.style.setProperty("--filled", String(at / Math.max(1, points.length - 1)));
    setAttribute(slider, "aria-valuetext", text);
    setText(back, `Back to τ ${threshold(own)}`);
    setEnabled(back, tau !== own);
    setAttribute(
      picture,
      "aria-label",
      `Accuracy and connections against τ. ${cliffText(curve())}`,
    );
  }

  slider.addEventListener("input", () => {
    tau = curve().points[slider.valueAsNumber].tau;
    drawNow();
  });
  slider.addEventListener("keydown", () => (byKeys = true));
  slider.addEventListener("pointerdown", () => (byKeys = false));
  slider.addEventListener("change", () => {
    clearTimeout(timer);
    if (byKeys) timer = setTimeout(commit, KEYS_MS);
    else commit();
  });
  onPress(back, () => {
    tau = curve().own;
    drawNow();
    commit();
  });

  /** @returns {import("../kit/sheets.js").Sheet} */
  function sheet() {
    const { points } = curve();
    return {
      name: "compact-tau",
      title: "Accuracy and active connections against τ",
      caption: [cliffText(curve()), card.data.note, ...card.data.caption].filter(Boolean),
      drawing: (theme) => tauDrawing(curve(), tau, PICTURE_PX, theme),
      table: {
        caption: "Accuracy and size against τ",
        columns: ["τ", "validation accuracy", "active connections", "pixels", "hidden units"],
        rows: () =>
          points.map(({ tau: t, accuracy, connections, widths }) => [
            t,
            accuracy ?? "",
            connections,
            widths[0],
            widths.slice(1, -1).reduce((sum, units) => sum + units, 0),
          ]),
      },
    };
  }

  /** @param {Set<string>} kinds of changes */
  function draw(kinds) {
    if (kinds.has("mount")) take();
    drawNow();
  }
  return { draw, dispose: () => clearTimeout(timer) };
}
