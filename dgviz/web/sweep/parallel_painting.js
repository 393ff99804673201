/**
 * Paints very many lines without holding up the page: first an even sample of them, and all of them after a
 * while without another picture, a part in each frame. While a range is dragged, only samples are seen.
 */
import { cleared, contextOf } from "../kit/dom.js";
import { paintStrokes, strokesOf } from "./parallel_drawing.js";

/** So many lines are painted at once, and so many strokes in a frame. */
const [AT_ONCE, IN_A_FRAME] = [800, 800];
/** Without another picture for so long, all lines are painted. */
const REST_MS = 400;

/** Every line, or every second, third and so on, of which there are few enough. @param {number[]} lines */
export function sampleOf(lines) {
  const every = Math.ceil(lines.length / AT_ONCE);
  return every > 1 ? lines.filter((_, at) => at % every === 0) : lines;
}

/**
 * @param {HTMLCanvasElement} canvas @param {(count: number) => number} opacityOf so many lines
 * @returns {(plan: import("./parallel_plan.js").Plan, lines: number[], look: Omit<import("./parallel_drawing.js").Look, "opacity">) => void}
 *   replaces what is on it; lines as in `strokesOf`
 */
export function linePainter(canvas, opacityOf) {
  const whole = document.createElement("canvas");
  let [timer, frame] = [0, 0];
  return (plan, lines, look) => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    const sample = sampleOf(lines);
    const isWhole = sample.length === lines.length;
    const { context, box } = cleared(canvas);
    /** @param {number[]} of */
    const strokesFor = (of) => strokesOf(of, { ...look, opacity: opacityOf(of.length) });
    paintStrokes(context, plan, strokesFor(sample));
    if (isWhole) return;
    const strokes = strokesFor(lines);
    const paintPart = () => {
      const isEnd = paintStrokes(contextOf(whole), plan, strokes, IN_A_FRAME);
      if (!isEnd) {
        frame = requestAnimationFrame(paintPart);
        return;
      }
      context.clearRect(0, 0, box.width, box.height);
      context.drawImage(whole, 0, 0, box.width, box.height);
    };
    timer = setTimeout(() => {
      Object.assign(whole, { width: canvas.width, height: canvas.height });
      contextOf(whole).scale(box.scale, box.scale);
      paintPart();
    }, REST_MS);
  };
}
