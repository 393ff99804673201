/** Where the digit comes from: the test images, the reader's hand, or a file. */

import { el, segmented, setText } from "../kit/dom.js";
import { browser } from "./digit_browse.js";
import { drawingSheet } from "./digit_canvas.js";
import { centre, PROCEDURE, SIDE } from "./digit_centring.js";
import { uploadBox } from "./digit_upload.js";
import { digitPicture } from "./digits.js";

const EMPTY = "Draw a digit: the prediction appears with the first stroke.";
const ONE_SHAPE =
  "Drawing works for grey images of 28 × 28 pixels, as MNIST’s are. This network’s " +
  "images are different: browse them, or upload a picture.";

/**
 * @typedef {import("../core/pixels.js").Shape} Shape
 *
 * @typedef {Object} Source
 * @property {?Float32Array} x what the net is shown, null while there is nothing
 * @property {?number} truth @property {string} name "test image 12" @property {string} words
 *
 * @param {{onChange: () => void}} wishes the reader has turned to another image
 */
export function digitSource({ onChange }) {
  const browse = browser({ onChange });
  const sheet = drawingSheet({ onChange });
  const upload = uploadBox({ onChange });
  const note = el("p", { class: "muted" });
  const absent = el("p", { class: "muted" });
  const seen = digitPicture("seen");
  const shown = el("figure", {}, seen.node, el("figcaption", {}, "what the network sees"));
  const preview = el("div", { class: "shown" }, shown, note);
  const panels = {
    browse: el("div", { class: "panel" }, browse.node, absent),
    draw: el("div", { class: "panel" }, sheet.node),
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
      // On a phone half of the sheet may lie below the screen, and a finger on it does not scroll.
      if (kind === "draw") sheet.node.scrollIntoView({ block: "nearest" });
    },
  );
  const node = el("div", { class: "source" }, choices, ...Object.values(panels), preview);
  /** @type {keyof typeof panels} */
  let kind = "browse";
  /** @type {?import("./digits.js").Digits} */
  let digits = null;
  absent.hidden = true;
  browse.node.hidden = true;

  /** @param {?import("./digits.js").Digits} fresh @param {string} problem why there are none */
  function give(fresh, problem) {
    digits = fresh;
    setText(absent, problem);
    absent.hidden = !problem;
    browse.node.hidden = !digits;
    if (digits) browse.give(digits);
    else onChange();
  }

  /** @param {Shape} shape the net's @returns {Source} */
  function read(shape) {
    const none = { x: null, truth: null, name: "", words: "" };
    if (kind === "browse")
      return digits ? browse.read() : { ...none, words: absent.textContent ?? "" };
    if (kind === "upload") return { ...none, name: "uploaded picture", ...upload.read(shape) };
    if (!isDrawable(shape)) return { ...none, words: ONE_SHAPE };
    const { ink, side } = sheet.ink();
    const x = centre(ink, side, side);
    return { ...none, x, name: "drawn digit", words: x ? "" : EMPTY };
  }

  /**
   * @param {Source} source what `read` gave @param {Shape} shape
   * @param {import("../kit/theme.js").Theme} theme
   */
  function draw(source, shape, theme) {
    for (const [name, panel] of Object.entries(panels)) panel.hidden = name !== kind;
    panels.draw.hidden ||= !isDrawable(shape);
    preview.hidden = kind === "browse" || !source.x;
    if (kind === "browse" && digits) browse.draw(source, shape, theme);
    else {
      if (source.x) seen.draw(source.x, shape, theme);
      sheet.draw(theme);
      setText(note, kind === "draw" ? PROCEDURE : source.words);
    }
  }
  return { node, give, read, draw, follow: browse.follow, dispose: browse.dispose };
}

/** @param {Shape} shape */
const isDrawable = ({ channels, height, width }) =>
  channels === 1 && height === SIDE && width === SIDE;
