/**
 * Paints very many lines without holding up the page: all of them in parts, one in each frame. Until then
 * there is the picture before, or an even sample: while a range is dragged, only samples are seen.
 */
import { cleared, contextOf, fitCanvas } from "../kit/dom.js";
import { paintStrokes, strokesOf } from "./parallel_drawing.js";

/** So many lines are painted at once, and so many strokes in a frame. */
const [AT_ONCE, IN_A_FRAME] = [800, 800];
/** After a sample, all lines are painted if there is no other picture for so long. */
const REST_MS = 400;

/** Every line, or every second, third and so on, of which there are few enough. @param {number[]} lines */
export function sampleOf(lines) {
  const every = Math.ceil(lines.length / AT_ONCE);
  return every > 1 ? lines.filter((_, at) => at % every === 0) : lines;
}

/**
 * @typedef {Object} LinePainter
 * @property {(plan: import("./parallel_plan.js").Plan, lines: number[], look: Omit<import("./parallel_drawing.js").Look, "opacity">, keeps?: boolean) => void} paint
 *   replaces what is on the canvas; lines as in `strokesOf`; keeps: whether the picture before stays until
 *   all lines are painted, instead of a sample
 * @property {() => void} stop ends a painting that is not whole
 *
 * @param {HTMLCanvasElement} canvas @param {(count: number) => number} opacityOf so many lines
 * @returns {LinePainter}
 */
export function linePainter(canvas, opacityOf) {
  const whole = document.createElement("canvas");
  let [timer, frame] = [0, 0];
  let hasPicture = false;

  function stop() {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  }

  /** @type {LinePainter["paint"]} */
  function paint(plan, lines, look, keeps = false) {
    stop();
    const sample = sampleOf(lines);
    const isWhole = sample.length === lines.length;
    const stays = keeps && hasPicture;
    /** @param {number[]} of */
    const strokesFor = (of) => strokesOf(of, { ...look, opacity: opacityOf(of.length) });
    if (isWhole || !stays) paintStrokes(cleared(canvas).context, plan, strokesFor(sample));
    hasPicture = true;
    if (isWhole) return;
    const strokes = strokesFor(lines);
    const paintPart = () => {
      const isEnd = paintStrokes(contextOf(whole), plan, strokes, IN_A_FRAME);
      if (!isEnd) {
        frame = requestAnimationFrame(paintPart);
        return;
      }
      const { context, box } = cleared(canvas);
      context.drawImage(whole, 0, 0, box.width, box.height);
    };
    const begin = () => {
      const { scale } = fitCanvas(canvas);
      Object.assign(whole, { width: canvas.width, height: canvas.height });
      contextOf(whole).scale(scale, scale);
      paintPart();
    };
    if (stays) begin();
    else timer = setTimeout(begin, REST_MS);
  }

  return { paint, stop };
}
