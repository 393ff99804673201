/** The source of the digit: a test image, a drawing, or a file. */

import { digitPicture } from "../kit/digits.js";
import { el, segmented, setText } from "../kit/dom.js";
import { digitBrowser } from "./digit_browse.js";
import { drawingCanvas } from "./digit_canvas.js";
import { centre, PROCEDURE, SIDE } from "./digit_centring.js";
import { uploadBox } from "./digit_upload.js";

const EMPTY = "Draw a digit: the prediction appears with the first stroke.";
const ONE_SHAPE =
  "Drawing works for grey images of 28 × 28 pixels, as MNIST’s are. This network’s " +
  "images are different: browse them, or upload a picture.";

/**
 * @typedef {import("../core/pixels.js").Shape} Shape
 *
 * @typedef {Object} Source
 * @property {?Float32Array} x the input of the network, 0..1; null while there is none
 * @property {?number} truth its class, null if unknown @property {string} name "test image 12"
 * @property {string} text a sentence about it, or why there is none
 *
 * @param {{onChange: () => void}} handlers onChange: the digit has changed
 */
export function digitSource({ onChange }) {
  const browse = digitBrowser({ onChange });
  const canvas = drawingCanvas({ onChange });
  const upload = uploadBox({ onChange });
  const note = el("p", { class: "muted" });
  const problemNote = el("p", { class: "muted" });
  const picture = digitPicture("seen");
  const shown = el("figure", {}, picture.node, el("figcaption", {}, "what the network sees"));
  const preview = el("div", { class: "shown" }, shown, note);
  const panels = {
    browse: el("div", { class: "panel" }, browse.node, problemNote),
    draw: el("div", { class: "panel" }, canvas.node),
    upload: el("div", { class: "panel" }, upload.node),
  };
  const choices = segmented(
    "where the digit comes from",
    [
      ["browse", "Browse"],
      ["draw", "Draw"],
      ["upload", "Upload"],
    ],
    "browse",
    (to) => {
      kind = to;
      onChange();
      // On a phone the canvas can lie below the screen, and touching it does not scroll.
      if (kind === "draw") canvas.node.scrollIntoView({ block: "nearest" });
    },
  );
  const node = el("div", { class: "source" }, choices, ...Object.values(panels), preview);
  /** @type {keyof typeof panels} */
  let kind = "browse";
  /** @type {?import("../kit/digits.js").Digits} */
  let digits = null;
  problemNote.hidden = true;
  browse.node.hidden = true;

  /** @param {?import("../kit/digits.js").Digits} loaded @param {string} problem why there are none */
  function setDigits(loaded, problem) {
    digits = loaded;
    setText(problemNote, problem);
    problemNote.hidden = !problem;
    browse.node.hidden = !digits;
    if (digits) browse.setDigits(digits);
    else onChange();
  }

  /** @param {Shape} shape of the network's input @returns {Source} */
  function read(shape) {
    const empty = { x: null, truth: null, name: "", text: "" };
    if (kind === "browse")
      return digits ? browse.read() : { ...empty, text: problemNote.textContent ?? "" };
    if (kind === "upload") return { ...empty, name: "uploaded picture", ...upload.read(shape) };
    if (!isDrawable(shape)) return { ...empty, text: ONE_SHAPE };
    const { ink, side } = canvas.ink();
    const x = centre(ink, side, side);
    return { ...empty, x, name: "drawn digit", text: x ? "" : EMPTY };
  }

  /**
   * @param {Source} source from `read` @param {Shape} shape
   * @param {import("../kit/theme.js").Theme} theme
   */
  function draw(source, shape, theme) {
    for (const [name, panel] of Object.entries(panels)) panel.hidden = name !== kind;
    panels.draw.hidden ||= !isDrawable(shape);
    preview.hidden = kind === "browse" || !source.x;
    if (kind === "browse" && digits) browse.draw(source, shape, theme);
    else {
      if (source.x) picture.draw(source.x, shape, theme);
      canvas.draw(theme);
      setText(note, kind === "draw" ? PROCEDURE : source.text);
    }
  }
  const { setModel, onPin, dispose } = browse;
  return { node, setDigits, read, draw, setModel, onPin, dispose };
}

/** @param {Shape} shape */
const isDrawable = ({ channels, height, width }) =>
  channels === 1 && height === SIDE && width === SIDE;
