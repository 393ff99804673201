/** A sheet to draw on with mouse, pen or finger, with an eraser, and with strokes taken back. */
import { css } from "../core/colours.js";
import { el, onPress, segmented, setEnabled } from "../kit/dom.js";
import { inkContext } from "./digit_paper.js";

const SIDE = 448;
/** Of the sheet's side: as wide as MNIST's strokes on a digit that fills most of the sheet. */
const PEN = 0.075;
const ERASER = 0.13;
const ERASER_TIP = 32;

/**
 * @typedef {Object} Stroke
 * @property {boolean} erases @property {number} pointer that draws it
 * @property {Array<[number, number]>} points in shares of the side
 *
 * @param {{onChange: () => void}} wishes called at most once a drawn frame
 * @returns {{node: HTMLElement, draw: (theme: import("../kit/theme.js").Theme) => void,
 *   ink: () => {ink: Float32Array, side: number}}} ink: 0..1, row-major
 */
export function drawingSheet({ onChange }) {
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
  /** the strokes that are finished */
  const done = inkContext(SIDE, SIDE);
  const undo = el("button", { type: "button", "aria-disabled": "true" }, "Undo");
  const clear = el("button", { type: "button", "aria-disabled": "true" }, "Clear");
  /** @type {Stroke[]} */
  let strokes = [];
  /** @type {?Stroke} the one that is being drawn */
  let open = null;
  let erasing = false;
  let colour = "#000";
  let asked = 0;
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
   * A stroke as one path: painted bit by bit its edges would grow darker where the bits meet.
   * @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} onto @param {Stroke} stroke
   */
  function paint(onto, { erases, points }) {
    onto.globalCompositeOperation = erases ? "destination-out" : "source-over";
    onto.strokeStyle = colour;
    onto.lineWidth = SIDE * (erases ? ERASER : PEN);
    onto.lineCap = onto.lineJoin = "round";
    onto.beginPath();
    for (const [across, down] of points) onto.lineTo(across * SIDE, down * SIDE);
    // A line of no length is not drawn, and a dot is to be.
    const [x, y] = points[points.length - 1];
    onto.lineTo(x * SIDE + 0.1, y * SIDE);
    onto.stroke();
  }

  function repaint() {
    context.globalCompositeOperation = "copy";
    context.drawImage(done.canvas, 0, 0);
    if (open) paint(context, open);
  }

  /** These strokes and no others, none of them still open. @param {Stroke[]} some */
  function keep(some) {
    strokes = some;
    open = null;
    done.clearRect(0, 0, SIDE, SIDE);
    for (const stroke of strokes) paint(done, stroke);
  }

  function changed() {
    for (const button of [undo, clear]) setEnabled(button, strokes.length > 0);
    if (asked) return;
    asked = requestAnimationFrame(() => {
      asked = 0;
      repaint();
      onChange();
    });
  }

  /** @param {Stroke} stroke @param {PointerEvent} event */
  function extend(stroke, event) {
    const box = canvas.getBoundingClientRect();
    // Between two frames a pen reports more places than the page has time for.
    const places = event.getCoalescedEvents?.() ?? [];
    for (const { clientX, clientY } of places.length ? places : [event]) {
      stroke.points.push([(clientX - box.left) / box.width, (clientY - box.top) / box.height]);
    }
    changed();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (open || (event.button !== 0 && !(event.buttons & ERASER_TIP))) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const erases = erasing || Boolean(event.buttons & ERASER_TIP);
    open = { erases, points: [], pointer: event.pointerId };
    strokes.push(open);
    extend(open, event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (open?.pointer === event.pointerId) extend(open, event);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    canvas.addEventListener(end, (event) => {
      if (open?.pointer !== event.pointerId) return;
      paint(done, open);
      open = null;
    });
  }
  canvas.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    undo.click();
  });
  onPress(undo, () => {
    keep(strokes.slice(0, -1));
    changed();
  });
  onPress(clear, () => {
    keep([]);
    changed();
  });

  /** @param {import("../kit/theme.js").Theme} theme */
  function draw(theme) {
    if (css(theme.ink) === colour) return;
    colour = css(theme.ink);
    keep(strokes);
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
