/** The grid of a sweep: its axes, the numbers of its cells, and the cells of two of its axes. */
import { known, plain } from "../core/format.js";

/**
 * @typedef {Object} Axis
 * @property {string} name of the setting @property {string} title short: its symbol or label
 * @property {string} label "threshold" @property {Array<number|string>} values ascending
 *
 * @typedef {Object} Grid
 * @property {Axis[]} axes the last one changes fastest from cell to cell
 * @property {Object<string, unknown>} fixed the other settings that could be an axis, by their names
 * @property {number} seeds @property {number} firstSeed @property {number} epochs the most
 * @property {string} method its title @property {number} chance accuracy of guessing
 * @property {boolean} hasThreshold whether thresholds were measured afterwards
 * @property {?number} tau during training of all trials; null if it is an axis, or if there is none
 * @property {boolean} validation whether there are validation images
 */

/** @param {Grid} grid @returns {number} of combinations of the axes' values */
export const cellCount = ({ axes }) => axes.reduce((n, { values }) => n * values.length, 1);

/** The place of a cell's value on each axis. @param {Grid} grid @param {number} cell */
export function placesOf({ axes }, cell) {
  const places = axes.map(() => 0);
  let rest = cell;
  for (let at = axes.length - 1; at >= 0; at--) {
    places[at] = rest % axes[at].values.length;
    rest = Math.floor(rest / axes[at].values.length);
  }
  return places;
}

/** The number of the cell with these places. @param {Grid} grid @param {number[]} places */
export const cellAt = ({ axes }, places) =>
  axes.reduce((cell, { values }, at) => cell * values.length + places[at], 0);

/** @param {number|string} value of an axis */
export const valueText = (value) => (known(value) ? plain(value) : String(value));

/** τ has another meaning beside the axes: the threshold afterwards. @param {Axis} axis */
export const axisTitle = ({ name, title, label }) =>
  name === "tau" ? "τ during training" : title === label ? title : `${title} ${label}`;

/** "β 0.1, τ 0.5" @param {Grid} grid @param {number} cell */
export const cellText = (grid, cell) =>
  placesOf(grid, cell)
    .map((place, at) => `${grid.axes[at].title} ${valueText(grid.axes[at].values[place])}`)
    .join(", ");

/** "beta:0.1", "tau:0.5": the values of a cell, as the address has them. @param {Grid} grid @param {number} cell */
const partsOf = (grid, cell) =>
  placesOf(grid, cell).map((place, at) => `${grid.axes[at].name}:${grid.axes[at].values[place]}`);

/** "beta:0.1,tau:0.5" @param {Grid} grid @param {number} cell */
export const cellName = (grid, cell) => partsOf(grid, cell).join(",");

/** The threshold during the training of a cell; null without one. @param {Grid} grid @param {number} cell */
export function tauOf(grid, cell) {
  const at = grid.axes.findIndex(({ name }) => name === "tau");
  return at < 0 ? grid.tau : Number(grid.axes[at].values[placesOf(grid, cell)[at]]);
}

/**
 * The places that a text like "beta:0.1,tau:0.5" names, by the axes' names.
 * @param {Grid} grid @param {string} text @returns {Map<string, number>}
 */
function placesNamed({ axes }, text) {
  /** @type {Map<string, number>} */
  const places = new Map();
  for (const part of text.split(",")) {
    const [name, value] = [part.slice(0, part.indexOf(":")), part.slice(part.indexOf(":") + 1)];
    const values = axes.find((axis) => axis.name === name)?.values ?? [];
    const place = values.findIndex((one) => (known(one) ? one === Number(value) : one === value));
    if (place >= 0) places.set(name, place);
  }
  return places;
}

/**
 * The cell that a text names, which has a value of every axis and of nothing else.
 * @param {Grid} grid @param {string} text @returns {?number}
 */
export function cellNamed(grid, text) {
  const places = placesNamed(grid, text);
  const { length } = grid.axes;
  if (text.split(",").length !== length || places.size < length) return null;
  return cellAt(
    grid,
    grid.axes.map(({ name }) => places.get(name) ?? 0),
  );
}

/**
 * The cell of a sweep that has the settings of one of another sweep. An axis that only one of them has is a
 * fixed setting of the other; fixed settings of both may differ, and are not compared.
 * @param {Grid} grid @param {Grid} other @param {number} cell of the other one @returns {?number}
 */
export function cellLike(grid, other, cell) {
  const places = placesOf(other, cell);
  const values = new Map(other.axes.map(({ name, values: all }, at) => [name, all[places[at]]]));
  const isElsewhere = [...values].some(
    ([name, value]) => name in grid.fixed && grid.fixed[name] !== value,
  );
  const own = grid.axes.map(({ name, values: all }) =>
    all.findIndex((value) => value === (values.get(name) ?? other.fixed[name])),
  );
  const isKnown = [...values.keys()].every(
    (name) => name in grid.fixed || grid.axes.some((axis) => axis.name === name),
  );
  return isElsewhere || !isKnown || own.includes(-1) ? null : cellAt(grid, own);
}

/** As the axis upwards: there is only the one across. */
export const NO_AXIS = "none";

/**
 * `fixed` with these values, besides those of other axes, which another sweep may have.
 * @param {string} before @param {string} text
 */
export function fixedWith(before, text) {
  const name = (/** @type {string} */ part) => part.slice(0, part.indexOf(":"));
  const parts = text.split(",");
  const others = before.split(",").filter((part) => !parts.some((one) => name(one) === name(part)));
  return [...others, ...parts].filter(Boolean).join();
}

/**
 * The cells of two axes, or of one in a single row.
 *
 * @typedef {Object} Plane
 * @property {number} x place of the axis across among the axes @property {?number} y of that upwards
 * @property {number} width @property {number} height
 * @property {number[]} cells by place in the picture, row by row from the top
 * @property {number[]} places of all axes; those of x and y mean nothing
 *
 * @param {Grid} grid @param {{x: string, y: string, fixed: string}} chosen
 * @returns {Plane}
 */
export function planeOf(grid, chosen) {
  const { axes } = grid;
  /** @param {string} name */
  const at = (name) => axes.findIndex((axis) => axis.name === name);
  // The longest axis goes across, where there is most room.
  const byLength = axes
    .map((_, i) => i)
    .sort((a, b) => axes[b].values.length - axes[a].values.length || a - b);
  const x = at(chosen.x) >= 0 ? at(chosen.x) : (byLength.find((i) => i !== at(chosen.y)) ?? 0);
  const others = byLength.filter((i) => i !== x);
  const upwards = others.includes(at(chosen.y)) ? at(chosen.y) : (others[0] ?? null);
  const y = chosen.y === NO_AXIS ? null : upwards;
  const named = placesNamed(grid, chosen.fixed);
  const places = axes.map(({ name }) => named.get(name) ?? 0);
  const width = axes[x].values.length;
  const height = y === null ? 1 : axes[y].values.length;
  const cells = Array.from({ length: width * height }, (_, i) => {
    const own = [...places];
    own[x] = i % width;
    if (y !== null) own[y] = height - 1 - Math.floor(i / width);
    return cellAt(grid, own);
  });
  return { x, y, width, height, cells, places };
}

/** Whether the values of an axis are numbers; names have no order. @param {Pick<Axis, "values">} axis */
export const hasOrder = ({ values }) => values.every(known);

/** Whether there can be lines of equal values over the map. @param {Grid} grid @param {Plane} plane */
export const hasLines = ({ axes }, { x, y, width, height }) =>
  y !== null && Math.min(width, height) > 1 && hasOrder(axes[x]) && hasOrder(axes[y]);

/** The other axes with their values: "H 16". @param {Grid} grid @param {Plane} plane */
export const fixedTexts = ({ axes }, { x, y, places }) =>
  axes.flatMap((axis, at) =>
    at === x || at === y ? [] : [`${axisTitle(axis)} ${valueText(axis.values[places[at]])}`],
  );

/** The highest that the map may be, in pixels. */
const MOST_HIGH = 500;
/** The least part of its width that it is high; more of it on a narrow screen. */
const [LEAST_PART, NARROW_PART, NARROW_PX] = [0.62, 0.8, 420];

/**
 * The height of the map's cells divided by their width: squares, unless the map were a strip or too high.
 * Maps beside one another are equally high.
 * @param {Plane} plane @param {number} wide width of the map in pixels, above 0
 * @param {Plane[]} [planes] of all maps beside one another
 */
export function tallOf(plane, wide, planes = [plane]) {
  const most = Math.min(MOST_HIGH, wide);
  const least = Math.min(most, wide * (wide < NARROW_PX ? NARROW_PART : LEAST_PART));
  const squares = Math.max(...planes.map(({ width, height }) => (wide * height) / width));
  const high = Math.min(most, Math.max(least, squares));
  return (high / plane.height) * (plane.width / wide);
}

/**
 * The text for `fixed` with which the plane has this cell.
 * @param {Grid} grid @param {Plane} plane @param {number} cell
 */
export const fixedFor = (grid, plane, cell) =>
  partsOf(grid, cell)
    .filter((_, at) => at !== plane.x && at !== plane.y)
    .join(",");
