/** A line without axes, as high as the figure beside it. */
import { svg } from "./dom.js";
import { thin } from "./gates.js";

const WIDTH = 100;
const HEIGHT = 32;

/** @returns {{node: SVGElement, draw: (points: Array<[number, number]>) => void}} points: [x, y] */
export function sparkline() {
  const path = svg("path", { "vector-effect": "non-scaling-stroke" });
  const node = svg("svg", {
    class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none",
    "aria-hidden": "true",
  }, path);
  let drawn = "";

  function draw(points) {
    const line = points.length > 1 ? trace(thin(points, 120)) : "";
    if (line !== drawn) path.setAttribute("d", line);
    drawn = line;
  }
  return { node, draw };
}

function trace(points) {
  const ys = points.map(([, y]) => y);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const [first, last] = [points[0][0], points.at(-1)[0]];
  const place = ([x, y]) => {
    const across = ((x - first) / (last - first || 1)) * WIDTH;
    const down = 2 + (1 - (high > low ? (y - low) / (high - low) : 0.5)) * (HEIGHT - 4);
    return `${across.toFixed(1)},${down.toFixed(1)}`;
  };
  return `M${points.map(place).join("L")}`;
}
