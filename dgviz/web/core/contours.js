/** Contour lines through a picture, by marching squares: pure functions without the DOM. */

/** Segments [from edge, to edge], by the corners above the level: top left 1, clockwise 2, 4, 8. */
const [TOP, RIGHT, BOTTOM, LEFT] = [0, 1, 2, 3];
/** @type {Array<Array<[number, number]>>} */
const SEGMENTS = [
  [],
  [[LEFT, TOP]],
  [[TOP, RIGHT]],
  [[LEFT, RIGHT]],
  [[RIGHT, BOTTOM]],
  [
    [LEFT, TOP],
    [RIGHT, BOTTOM],
  ],
  [[TOP, BOTTOM]],
  [[LEFT, BOTTOM]],
  [[BOTTOM, LEFT]],
  [[BOTTOM, TOP]],
  [
    [TOP, RIGHT],
    [BOTTOM, LEFT],
  ],
  [[BOTTOM, RIGHT]],
  [[RIGHT, LEFT]],
  [[RIGHT, TOP]],
  [[TOP, LEFT]],
  [],
];

/** @typedef {Array<[number, number]>} Line points; one cell is 1 wide and 1 high */

/** @typedef {(x: number, y: number) => number} Node value of a cell; NaN where there is none */

const known = new WeakMap();

/**
 * Contour lines at a level.
 * @param {Float32Array} values by cell, row-major; 0 outside the picture
 * @param {number} width in cells @param {number} level above 0
 * @returns {Line[]} all in the direction that has the values above the level on the same side
 */
export function contourLines(values, width, level) {
  if (!known.has(values)) known.set(values, new Map());
  const byLevel = known.get(values);
  const height = values.length / width;
  // A border of empty nodes closes every line within the picture.
  /** @type {Node} */
  const node = (x, y) =>
    x < 1 || y < 1 || x > width || y > height ? 0 : values[(y - 1) * width + x - 1];
  if (!byLevel.has(level)) {
    // A path closes them.
    const lines = trace(node, width, height, level).map((line) => line.slice(0, -1));
    byLevel.set(level, lines);
  }
  return byLevel.get(level);
}

/**
 * Lines at a level between the middles of the cells. They are open where they reach the outermost
 * cells, or one without a value.
 * @param {ArrayLike<number>} values by cell, row-major; NaN for none
 * @param {number} width in cells @param {number} level
 * @returns {Line[]} each from its first to its last point; that of a closed one is the same
 */
export function isoLines(values, width, level) {
  const height = values.length / width;
  /** @type {Node} */
  const node = (x, y) =>
    x < 1 || y < 1 || x > width || y > height ? NaN : values[(y - 1) * width + x - 1];
  return trace(node, width, height, level);
}

/**
 * @param {Node} node with a border of one cell @param {number} width @param {number} height
 * @param {number} level @returns {Line[]} each from its first to its last point; that of a closed one is the same
 */
function trace(node, width, height, level) {
  const across = width + 2;
  /** @type {Map<number, number>} */
  const next = new Map();
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      const corners = [node(x, y), node(x + 1, y), node(x + 1, y + 1), node(x, y + 1)];
      if (corners.some(Number.isNaN)) continue;
      const inside = corners.reduce((sum, value, i) => sum + (value > level ? 1 << i : 0), 0);
      // An edge is named by its first node, and by whether it goes across (0) or down (1).
      const at = 2 * (y * across + x);
      const edges = [at, at + 3, at + 2 * across, at + 1];
      for (const [from, to] of SEGMENTS[inside]) next.set(edges[from], edges[to]);
    }
  }
  /** @param {number} edge @returns {[number, number]} */
  const crossing = (edge) => {
    const [x, y] = [(edge >> 1) % across, Math.floor((edge >> 1) / across)];
    const [right, down] = edge % 2 ? [0, 1] : [1, 0];
    const from = node(x, y);
    const share = (level - from) / (node(x + right, y + down) - from);
    return [x + right * share - 0.5, y + down * share - 0.5];
  };
  const targets = new Set(next.values());
  const begins = [...next.keys()].filter((edge) => !targets.has(edge));
  /** @type {Line[]} */
  const lines = [];
  while (next.size) {
    /** @type {Line} */
    const line = [];
    const first = begins.pop();
    let edge = first ?? Number(next.keys().next().value);
    while (next.has(edge)) {
      line.push(crossing(edge));
      const to = Number(next.get(edge));
      next.delete(edge);
      edge = to;
    }
    line.push(crossing(edge));
    lines.push(line);
  }
  return lines;
}

/**
 * The lines as an SVG path, rounded between the middles of their segments.
 * @param {Line[]} lines @param {number} left @param {number} top @param {number} cell one's side
 * @returns {string}
 */
export function pathOf(lines, left, top, cell) {
  /** @param {number[]} point */
  const place = ([x, y]) => `${(left + x * cell).toFixed(2)} ${(top + y * cell).toFixed(2)}`;
  /** @param {number[]} a @param {number[]} b */
  const middle = (a, b) => place([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
  return lines
    .map((line) => {
      const turns = line.map(
        (point, i) => `Q${place(point)} ${middle(point, line[(i + 1) % line.length])}`,
      );
      return `M${middle(line[line.length - 1], line[0])}${turns.join("")}Z`;
    })
    .join("");
}
