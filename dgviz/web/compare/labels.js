/** Places labels around points, so that they touch neither each other nor anything that is drawn. */

/**
 * @typedef {Object} Box in pixels, y downwards
 * @property {number} left @property {number} top @property {number} right @property {number} bottom
 *
 * @typedef {{x: number, y: number}} Point in pixels
 */

/** Distances from a point's mark to its label, in pixels; from the second one on with a line. */
const DISTANCES = [2, 14, 26, 40, 56];
/** Above, below, at the sides, and between them: the order in which places are tried. */
const DIRECTIONS = [
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
];
const MARK = 6;
/** Free pixels around a label. */
const GAP = 1;
/** By how many pixels a label without a line is nearer to its own point than to others. */
const NEARER = 8;
/** Between the points of a line at which it is compared with labels. */
const STEP = 3;

/**
 * The offset of each label's centre from its point, in the order of the labels: each takes the first
 * free place, the nearer ones first.
 * @param {Array<Point & {width: number, height: number}>} labels by their points
 * @param {Box[]} obstacles that no label may touch; lines to labels may cross them
 * @param {Box} area in which labels have to be
 * @returns {Array<?{dx: number, dy: number, hasLine: boolean}>} null where no place is free
 */
export function placeLabels(labels, obstacles, area) {
  const taken = [...obstacles, ...labels.map(({ x, y }) => around({ x, y }, MARK, MARK))];
  /** @type {Point[]} */
  const lines = [];
  return labels.map((label) => {
    for (const distance of DISTANCES) {
      for (const [right, down] of DIRECTIONS) {
        const dx = right * (MARK + distance + label.width / 2);
        const dy = down * (MARK + distance + label.height / 2);
        const centre = { x: label.x + dx, y: label.y + dy };
        const box = around(centre, label.width / 2 + GAP, label.height / 2 + GAP);
        const hasLine = distance !== DISTANCES[0];
        const own = distanceOf(label, box);
        const isOwn =
          hasLine || labels.every((one) => one === label || distanceOf(one, box) >= own + NEARER);
        const line = hasLine ? pointsBetween(label, centre, box) : [];
        const isFree =
          isOwn &&
          isInside(box, area) &&
          !taken.some((other) => overlap(box, other)) &&
          !lines.some((point) => isIn(point, box)) &&
          !line.some((point) => labelsIn(taken, obstacles.length + labels.length, point));
        if (!isFree) continue;
        taken.push(box);
        lines.push(...line);
        return { dx, dy, hasLine };
      }
    }
    return null;
  });
}

/** @param {Box[]} taken @param {number} first index of a label's box @param {Point} point */
const labelsIn = (taken, first, point) => taken.slice(first).some((box) => isIn(point, box));

/** @param {Point} centre @param {number} halfWidth @param {number} halfHeight @returns {Box} */
export const around = ({ x, y }, halfWidth, halfHeight) => ({
  left: x - halfWidth,
  top: y - halfHeight,
  right: x + halfWidth,
  bottom: y + halfHeight,
});

/** @param {Box} a @param {Box} b */
const overlap = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** @param {Box} box @param {Box} area */
const isInside = (box, area) =>
  box.left >= area.left &&
  box.right <= area.right &&
  box.top >= area.top &&
  box.bottom <= area.bottom;

/** @param {Point} point @param {Box} box */
const isIn = ({ x, y }, { left, top, right, bottom }) =>
  x > left && x < right && y > top && y < bottom;

/** @param {Point} point @param {Box} box */
const distanceOf = ({ x, y }, { left, top, right, bottom }) =>
  Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));

/** Points of the line from a point to a label, outside the label. @param {Point} from @param {Point} to @param {Box} box */
function pointsBetween(from, to, box) {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / STEP);
  const points = Array.from({ length: steps }, (_, step) => ({
    x: from.x + ((to.x - from.x) * step) / steps,
    y: from.y + ((to.y - from.y) * step) / steps,
  }));
  return points.filter((point) => !isIn(point, box));
}
