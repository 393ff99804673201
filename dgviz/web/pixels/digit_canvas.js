/** A canvas to draw on with mouse, pen or finger, with an eraser and undo. */
import { css } from "../core/colours.js";
import { el, onPress, segmented, setEnabled } from "../kit/dom.js";
import { inkContext } from "./digit_paper.js";

const SIDE = 448;
/** Stroke widths as shares of the side. A digit that fills the canvas gets MNIST's stroke width. */
const PEN = 0.075;
const ERASER = 0.13;
const ERASER_TIP = 32;

/**
 * @typedef {Object} Stroke
 * @property {boolean} erases @property {number} pointer the id of the pointer that draws it
 * @property {Array<[number, number]>} points as shares of the side
 *
 * @param {{onChange: () => void}} handlers onChange: called at most once in an animation frame
 * @returns {{node: HTMLElement, draw: (theme: import("../kit/theme.js").Theme) => void,
 *   ink: () => {ink: Float32Array, side: number}}} ink: 0..1, row-major
 */
export function drawingCanvas({ onChange }) {
  const canvas = el("canvas", {
    class: "easel",
    width: String(SIDE),
    height: String(SIDE),
    tabindex: "0",
    role: "img",
    "aria-label": "Draw a digit here with mouse, pen or finger. Control Z undoes a stroke.",
  });
  const context = /** @type {CanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  /** holds the finished strokes */
  const done = inkContext(SIDE, SIDE);
  const undo = el("button", { type: "button", "aria-disabled": "true" }, "Undo");
  const clear = el("button", { type: "button", "aria-disabled": "true" }, "Clear");
  /** @type {Stroke[]} */
  let strokes = [];
  /** @type {?Stroke} the stroke that is being drawn */
  let current = null;
  let erasing = false;
  let colour = "#000";
  let frame = 0;
  const tools = segmented(
    "tool",
    [
      ["pen", "Pen"],
      ["eraser", "Eraser"],
    ],
    "pen",
    (tool) => {
      erasing = tool === "eraser";
    },
  );
  const plain = el("div", { class: "plain-buttons" }, undo, clear);
  const node = el("div", { class: "drawing" }, canvas, el("div", { class: "tools" }, tools, plain));

  /**
   * Paint a stroke as one path: separate segments would be darker where they overlap.
   * @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} onto @param {Stroke} stroke
   */
  function paint(onto, { erases, points }) {
    onto.globalCompositeOperation = erases ? "destination-out" : "source-over";
    onto.strokeStyle = colour;
    onto.lineWidth = SIDE * (erases ? ERASER : PEN);
    onto.lineCap = onto.lineJoin = "round";
    onto.beginPath();
    for (const [across, down] of points) onto.lineTo(across * SIDE, down * SIDE);
    // A line of length 0 is not drawn, so a dot needs a short one.
    const [x, y] = points[points.length - 1];
    onto.lineTo(x * SIDE + 0.1, y * SIDE);
    onto.stroke();
  }

  function repaint() {
    context.globalCompositeOperation = "copy";
    context.drawImage(done.canvas, 0, 0);
    if (current) paint(context, current);
  }

  /** Replace all strokes by these finished ones. @param {Stroke[]} finished */
  function setStrokes(finished) {
    strokes = finished;
    current = null;
    done.clearRect(0, 0, SIDE, SIDE);
    for (const stroke of strokes) paint(done, stroke);
  }

  function changed() {
    for (const button of [undo, clear]) setEnabled(button, strokes.length > 0);
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      repaint();
      onChange();
    });
  }

  /** @param {Stroke} stroke @param {PointerEvent} event */
  function extend(stroke, event) {
    const box = canvas.getBoundingClientRect();
    // A pen reports several points in one event.
    const places = event.getCoalescedEvents?.() ?? [];
    for (const { clientX, clientY } of places.length ? places : [event]) {
      stroke.points.push([(clientX - box.left) / box.width, (clientY - box.top) / box.height]);
    }
    changed();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (current || (event.button !== 0 && !(event.buttons & ERASER_TIP))) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const erases = erasing || Boolean(event.buttons & ERASER_TIP);
    current = { erases, points: [], pointer: event.pointerId };
    strokes.push(current);
    extend(current, event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (current?.pointer === event.pointerId) extend(current, event);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    canvas.addEventListener(end, (event) => {
      if (current?.pointer !== event.pointerId) return;
      paint(done, current);
      current = null;
    });
  }
  canvas.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    undo.click();
  });
  onPress(undo, () => {
    setStrokes(strokes.slice(0, -1));
    changed();
  });
  onPress(clear, () => {
    setStrokes([]);
    changed();
  });

  /** @param {import("../kit/theme.js").Theme} theme */
  function draw(theme) {
    if (css(theme.ink) === colour) return;
    colour = css(theme.ink);
    setStrokes(strokes);
    repaint();
  }

  function ink() {
    const { data } = context.getImageData(0, 0, SIDE, SIDE);
    const values = new Float32Array(SIDE * SIDE);
    for (let at = 0; at < values.length; at++) values[at] = data[4 * at + 3] / 255;
    return { ink: values, side: SIDE };
  }
  return { node, draw, ink };
}
