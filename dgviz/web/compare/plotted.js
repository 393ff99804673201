/** What the charts of a comparison share: light up lines, point at lines, and save the picture. */
import { css } from "../core/colours.js";
import * as plot from "../kit/plot.js";
import { FONT } from "../kit/sheet_text.js";
import * as highlight from "./highlight.js";

const FADED = "0.13";

/**
 * Fades all traces but those that the reader points at. It does not draw the chart again, which would
 * take away Plotly's text under the pointer.
 * @param {HTMLElement} box
 * @param {Array<{row: highlight.Row, isQuiet?: boolean}>} drawn by trace; isQuiet: whether it is not
 *   seen at all while the reader points at nothing
 */
export function lightUp(box, drawn) {
  for (const [at, trace] of box.querySelectorAll(".scatterlayer > .trace").entries()) {
    const one = drawn[at];
    const isSeen = !one || highlight.isLit(one.row);
    const isHidden = one?.isQuiet && !highlight.isChosen(one.row);
    /** @type {SVGElement} */ (trace).style.opacity = isHidden ? "0" : isSeen ? "" : FADED;
  }
}

/** @type {WeakSet<HTMLElement>} */
const listening = new WeakSet();

/**
 * Points at the row of the trace under the pointer. A click pins it, unless it has another meaning.
 * @param {plot.Plot} box a drawn plot @param {(trace: number) => string|undefined} keyOf
 * @param {(trace: number, point: number) => void} [onClick]
 */
export function pointAtTraces(box, keyOf, onClick) {
  if (listening.has(box) || !box.on) return;
  listening.add(box);
  /** @typedef {{points: Array<{curveNumber: number, pointNumber: number}>}} PlotEvent */
  box.on("plotly_hover", (/** @type {PlotEvent} */ { points: [first] }) =>
    highlight.point(keyOf(first.curveNumber) ?? null),
  );
  box.on("plotly_unhover", () => highlight.point(null));
  box.on("plotly_click", (/** @type {PlotEvent} */ { points: [first] }) => {
    const key = keyOf(first.curveNumber);
    if (onClick) onClick(first.curveNumber, first.pointNumber);
    else if (key) highlight.pin(key);
  });
}

/** Size of a file's picture in pixels. */
export const PICTURE = { width: 760, height: 400 };

/**
 * The chart as a file's picture. Its legend is beneath it, where it takes no room from the chart.
 * @param {Array<Object<string, any>>} traces @param {plot.Layout} layout
 * @param {import("../kit/theme.js").Theme} theme
 */
export function pictureOf(traces, layout, theme) {
  // A file does not have the font of the page.
  const font = { family: FONT, size: 12.5, color: css(theme.ink) };
  return plot.pictureOf(traces, { ...layout, font }, theme, PICTURE);
}
