/**
 * The flow from pixels through hidden units to a class, as an SVG. A thread is an active connection
 * from a pixel, a ribbon the share of a unit. Their widths are the amounts added to the logit.
 */
import { css } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { inkOf, mostOf } from "./digit_cells.js";
import * as parts from "./digit_flow_parts.js";
import { layOut } from "./digit_flow_plan.js";

/**
 * @typedef {Object} Flow
 * @property {import("./digit_path.js").Path} path @property {Float32Array} x
 * @property {import("../core/pixels.js").Shape} shape
 * @property {string} name of the class @property {number} prob its probability
 * @property {string} alone the route of which both are; "" for the network
 * @property {number} width @property {number} height of the drawing, in CSS pixels
 * @property {number} target the vertical centre of the class @property {?number} pinned a unit
 * @property {import("../kit/theme.js").Theme} theme
 *
 * @typedef {Flow & import("./digit_flow_plan.js").Plan & {ink: Float32Array}} Drawing
 *
 * @typedef {import("./digit_path.js").Part & {x: number, y: number}} Row a unit and its place
 *
 * @param {Flow} state
 * @returns {{node: SVGSVGElement, show: (unit: ?number) => void}} show: see `emphasise`
 */
export function flowDrawing(state) {
  const { path, width, height, theme } = state;
  const plan = { ...state, ...layOut(state), ink: inkOf(state.x, state.shape) };
  const rows = path.strongest.map((part, row) => ({
    ...part,
    x: plan.units,
    y: plan.middles[row],
  }));
  const most = mostOf(path.strongest.map(({ pixels }) => pixels));
  const drawing = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width: String(width),
    height: String(height),
    "font-family": theme.font,
    "font-size": String(plan.font),
    fill: css(theme.ink),
    role: "group",
    class: "flow-drawing",
  });
  drawing.append(
    ...rows.map((row) => parts.threads(plan, row)),
    parts.bigDigit(plan, path.pixels),
    ...parts.ribbons(plan, rows),
    ...rows.map((row) => parts.unitBox(plan, row, most)),
    ...parts.othersBox(plan),
    parts.classNode(plan),
  );
  /** @param {?number} unit */
  const show = (unit) => emphasise(drawing, plan, rows, unit);
  if (state.pinned !== null) show(state.pinned);
  return { node: drawing, show };
}

/**
 * Show only the threads and pixels of one unit; null shows all again.
 * @param {SVGSVGElement} drawing @param {Drawing} plan @param {Row[]} rows @param {?number} unit
 */
function emphasise(drawing, plan, rows, unit) {
  const found = rows.find((row) => row.unit === unit);
  drawing.toggleAttribute("data-one", Boolean(found));
  /** @type {NodeListOf<SVGElement>} */
  const nodes = drawing.querySelectorAll("[data-unit]");
  for (const node of nodes) {
    node.toggleAttribute("data-on", Boolean(found) && node.dataset.unit === String(unit));
  }
  drawing
    .querySelector(".the-digit")
    ?.replaceWith(parts.bigDigit(plan, found ? found.pixels : plan.path.pixels));
}
