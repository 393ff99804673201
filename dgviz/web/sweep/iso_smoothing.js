/** Maps of very small cells, made smooth for lines of equal values. */
import { known } from "../core/format.js";

/** Of smaller cells, lines join means over the cells so near, in pixels: each alone would be a bend of a line. */
const NEAR = 10;

/** A map with means in place of the values that are known. @param {import("./iso_lines.js").IsoMap} map */
export function smoothed(map) {
  const { width, height, box } = map;
  const [across, down] = [box.cell, box.high].map((side) => Math.floor(NEAR / side));
  if (!across && !down) return map;
  /** @param {number[]} values */
  const means = (values) =>
    values.map((value, place) => {
      if (!known(value)) return NaN;
      const [x, y] = [place % width, Math.floor(place / width)];
      const [left, right] = [Math.max(0, x - across), Math.min(width - 1, x + across)];
      const [top, bottom] = [Math.max(0, y - down), Math.min(height - 1, y + down)];
      let [sum, count] = [0, 0];
      for (let row = top; row <= bottom; row++) {
        for (let at = row * width + left; at <= row * width + right; at++) {
          if (Number.isNaN(values[at])) continue;
          sum += values[at];
          count += 1;
        }
      }
      return sum / count;
    });
  return { ...map, values: { accuracy: means(map.values.accuracy), r: means(map.values.r) } };
}
