/** Lines of equal accuracy and of equal r over maps: which levels have lines, where these are, and their labels. */
import { isoLines } from "../core/contours.js";
import { known, percent, plain } from "../core/format.js";
import { widthOf } from "../kit/sheet_text.js";
import { DIAMOND, middleOf, NUMBERS } from "./cell_marks.js";
import { smoothed } from "./iso_smoothing.js";

/** @param {number} from in thousandths @param {number} to exclusive @param {number} by @returns {number[]} */
const levelsFrom = (from, to, by) =>
  Array.from({ length: (to - from) / by }, (_, at) => (from + at * by) / 1000);
/** Of accuracies above 95%. */
const HIGH = [...levelsFrom(960, 990, 5), ...levelsFrom(990, 1000, 2)];

/** The levels that lines may have and, where few of these are among the values, others; and their labels. */
export const KINDS = {
  accuracy: {
    levels: [0.5, 0.7, 0.8, 0.9, 0.92, 0.94, 0.95, ...HIGH],
    denser: [...levelsFrom(20, 800, 20), ...levelsFrom(800, 960, 10), ...HIGH],
    text: (/** @type {number} */ level) => percent(level, (level * 1000) % 10 ? 1 : 0),
  },
  r: {
    levels: [0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    denser: [...[1, 2, 3, 5, 7, 10, 20, 30].map((at) => at / 1000), ...levelsFrom(50, 1000, 50)],
    text: (/** @type {number} */ level) => `r ${plain(level)}`,
  },
};
const MOST_LEVELS = 4;
/**
 * Two lines of one kind, or of two, that are nearer than this to one another for so long can hardly be told
 * apart. A crossing is shorter. In pixels, as all lengths here.
 */
const [APART, KINDS_APART, ALONG] = [14, 8, 40];
/** Between the points of a line that are compared. */
const STEP = 4;
/** A line, or what remains where a part of it is left out, is at least so many times as long as its label. */
const LEAST_LENGTH = 2.5;
/** Room between two labels, and the height of one, in pixels. */
const [LABEL_APART, LABEL_HIGH] = [8, 17];

/**
 * @typedef {keyof typeof KINDS} Kind
 * @typedef {[number, number]} Point x and y
 *
 * @typedef {Object} IsoMap
 * @property {{[kind in Kind]: number[]}} values by place in the picture; NaN for none
 * @property {number} width in cells @property {number} height
 * @property {number} fewest place of the cell with a mark in it, -1 for none
 * @property {import("./cell_marks.js").Box} box
 *
 * @typedef {{x: number, y: number, wide: number}} Label its middle and its width
 *
 * @typedef {{points: Point[], label: Label}} Part
 * @typedef {{kind: Kind, text: string, parts: Part[]}} Level
 */

/**
 * The levels with lines of each map. Where a line runs along one that is drawn already, that part is left out.
 * Each part that remains has a label, and is left out if it is hardly longer than that, or if the label has no
 * room: without one, nobody can tell to which level it belongs. All maps have the same levels: one that has
 * no line in a map with such values has none in the others.
 * @param {IsoMap[]} maps @param {Kind[]} kinds the one that matters most first
 * @returns {Level[][]} of each map
 */
export function levelsOf(maps, kinds) {
  const smooth = maps.map(smoothed);
  const placed = smooth.map((map) => new Placed(map));
  for (const kind of kinds) {
    let left = MOST_LEVELS;
    // The highest levels matter most.
    for (const level of levelsBetween(smooth, kind)) {
      if (left <= 0) break;
      const found = placed.map((one) => one.find(kind, level));
      // Of cells without values between them, or of two maps, none may be on both sides of a level.
      if (found.includes(null) || !found.some(Boolean)) continue;
      placed.forEach((one, at) => one.add(found[at]));
      left -= 1;
    }
  }
  return placed.map(({ levels }) => levels);
}

/** Those between the lowest and the highest value of the maps, descending. @param {IsoMap[]} maps @param {Kind} kind */
export function levelsBetween(maps, kind) {
  const values = maps.flatMap((map) => map.values[kind].filter(known));
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const { levels, denser } = KINDS[kind];
  const isBetween = (/** @type {number} */ level) => level > low && level < high;
  const found = levels.filter(isBetween);
  return (found.length < MOST_LEVELS ? denser.filter(isBetween) : found).toReversed();
}

/** The lines of a map that have a place already. */
class Placed {
  /** @param {IsoMap} map */
  constructor(map) {
    this.map = map;
    /** @type {Level[]} */
    this.levels = [];
    /** @type {{[kind in Kind]: Neighbours}} */
    this.drawn = { accuracy: new Neighbours(), r: new Neighbours() };
    const [x, y] = middleOf(map.fewest, map.width, map.box);
    /** @type {Label[]} */
    this.labels = map.fewest < 0 ? [] : [{ x, y, wide: 2 * DIAMOND }];
  }

  /**
   * What can be drawn of a level.
   * @param {Kind} kind @param {number} level
   * @returns {?Level|undefined} null if too little; undefined if no value of the map is on the other side of it
   */
  find(kind, level) {
    const { values, width, box } = this.map;
    const lines = isoLines(values[kind], width, level).map((line) =>
      finer(line.map(([x, y]) => [box.left + x * box.cell, box.top + y * box.high])),
    );
    if (!lines.length) return undefined;
    const text = KINDS[kind].text(level);
    const wide = widthOf(text, NUMBERS);
    const points = lines
      .flatMap((line) => this.apart(kind, line))
      .filter((line) => lengthOf(line) >= LEAST_LENGTH * wide)
      .sort((a, b) => b.length - a.length);
    /** @type {Part[]} */
    const parts = [];
    for (const line of points) {
      const label = this.labelOn(line, wide, parts);
      if (label) parts.push({ points: line, label });
    }
    return parts.length ? { kind, text, parts } : null;
  }

  /**
   * The place of a label that is nearest to the middle of a line, and has room.
   * @param {Point[]} line @param {number} wide the label @param {Part[]} parts that get labels, too
   * @returns {?Label}
   */
  labelOn(line, wide, parts) {
    const others = [...this.labels, ...parts.map(({ label }) => label)];
    const middle = (line.length - 1) / 2;
    const found = line
      .map(([x, y], at) => ({ x, y, wide, off: Math.abs(at - middle) }))
      .sort((a, b) => a.off - b.off)
      .find((one) => others.every((other) => areApart(one, other)));
    return found ?? null;
  }

  /** The parts of a line that do not run along another one. @param {Kind} kind @param {Point[]} line @returns {Point[][]} */
  apart(kind, line) {
    const [own, other] = [this.drawn[kind], this.drawn[kind === "r" ? "accuracy" : "r"]];
    /** @type {Array<{isNear: boolean, points: Point[]}>} */
    const runs = [];
    for (const point of line) {
      const isNear = own.has(point, APART) || other.has(point, KINDS_APART);
      if (runs.at(-1)?.isNear === isNear) runs.at(-1)?.points.push(point);
      else runs.push({ isNear, points: [point] });
    }
    /** @type {Point[][]} */
    const parts = [[]];
    for (const { isNear, points } of runs) {
      if (isNear && lengthOf(points) > ALONG) parts.push([]);
      else parts.at(-1)?.push(...points);
    }
    return parts;
  }

  /** @param {?Level|undefined} level */
  add(level) {
    if (!level) return;
    this.levels.push(level);
    for (const { points, label } of level.parts) {
      this.labels.push(label);
      for (const point of points) this.drawn[level.kind].add(point);
    }
  }
}

/** Points in squares, so that those near to another one are found soon. */
class Neighbours {
  constructor() {
    /** @type {Map<number, Point[]>} */
    this.squares = new Map();
  }

  /** @param {Point} point */
  add(point) {
    const square = squareOf(point);
    const points = this.squares.get(square);
    if (points) points.push(point);
    else this.squares.set(square, [point]);
  }

  /** Whether one is nearer. @param {Point} point @param {number} than at most `APART` */
  has([x, y], than) {
    return [-APART, 0, APART].some((across) =>
      [-APART, 0, APART].some((down) =>
        this.squares
          .get(squareOf([x + across, y + down]))
          ?.some(([left, top]) => Math.hypot(x - left, y - top) < than),
      ),
    );
  }
}

/** The number of the square that a point is in. @param {Point} point */
const squareOf = ([x, y]) => Math.floor(x / APART) + 2 ** 16 * Math.floor(y / APART);

/** The line with more points, no two of which are farther apart than `STEP`. @param {number[][]} line @returns {Point[]} */
function finer(line) {
  return line.flatMap(([x, y], at) => {
    if (!at) return [[x, y]];
    const [left, top] = line[at - 1];
    const steps = Math.max(1, Math.ceil(Math.hypot(x - left, y - top) / STEP));
    return Array.from({ length: steps }, (_, i) => {
      const part = (i + 1) / steps;
      return /** @type {Point} */ ([left + part * (x - left), top + part * (y - top)]);
    });
  });
}

/** @param {Point[]} line */
const lengthOf = (line) =>
  line.slice(1).reduce((sum, [x, y], at) => sum + Math.hypot(x - line[at][0], y - line[at][1]), 0);

/** Whether both labels have room. @param {Label} a @param {Label} b */
const areApart = (a, b) =>
  Math.abs(a.x - b.x) > (a.wide + b.wide) / 2 + LABEL_APART || Math.abs(a.y - b.y) > LABEL_HIGH;
