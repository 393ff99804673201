/**
 * From pixels through hidden units to a class, as an SVG: every thread is a retained connection,
 * every ribbon a unit's say, and all of them are as wide as what they add to the logit.
 */
import { css } from "../core/colours.js";
import { inkOf, mostOf } from "./digit_cells.js";
import * as parts from "./digit_flow_parts.js";
import { layOut } from "./digit_flow_plan.js";
import { svg } from "../kit/dom.js";

/**
 * @param {Object} state
 * @param {import("./digit_path.js").Path} state.path @param {Float32Array} state.x
 * @param {import("../core/pixels.js").Shape} state.shape
 * @param {string} state.name of the class @param {number} state.prob its probability
 * @param {number} state.width @param {number} state.height of the drawing, in CSS pixels
 * @param {number} state.target how far down the class is @param {?number} state.pinned a unit
 * @param {import("../kit/theme.js").Theme} state.theme
 * @returns {{node: SVGSVGElement, show: (unit: ?number) => void}} show: one unit's threads alone
 */
export function flowDrawing(state) {
  const { path, width, height, theme } = state;
  const plan = { ...state, ...layOut(state), ink: inkOf(state.x, state.shape) };
  const rows = path.strongest.map((part, row) =>
    ({ ...part, x: plan.units, y: plan.middles[row] }));
  const most = mostOf(path.strongest.map(({ pixels }) => pixels));
  const drawing = svg("svg", {
    viewBox: `0 0 ${width} ${height}`, width: String(width), height: String(height),
    "font-family": theme.font, "font-size": String(plan.font), fill: css(theme.ink), role: "group",
    class: "flow-drawing",
  });
  drawing.append(
    ...rows.map((row) => parts.threads(plan, row)), parts.bigDigit(plan, path.pixels),
    ...parts.ribbons(plan, rows), ...rows.map((row) => parts.unitBox(plan, row, most)),
    ...parts.othersBox(plan), parts.classNode(plan));
  const show = (unit) => emphasise(drawing, plan, rows, unit);
  if (state.pinned !== null) show(state.pinned);
  return { node: drawing, show };
}

/** One unit's threads alone, and its pixels in the digit; null shows all again. */
function emphasise(drawing, plan, rows, unit) {
  const found = rows.find((row) => row.unit === unit);
  drawing.toggleAttribute("data-one", Boolean(found));
  for (const node of drawing.querySelectorAll("[data-unit]")) {
    node.toggleAttribute("data-on", Boolean(found) && node.dataset.unit === String(unit));
  }
  drawing.querySelector(".the-digit").replaceWith(
    parts.bigDigit(plan, found ? found.pixels : plan.path.pixels));
}
