/** The course of a route's share over the epochs, as a small curve. */
import { setAttribute, svg } from "../kit/dom.js";

/** Of the drawing, which is stretched to its cell. */
const [WIDE, HIGH] = [100, 20];

export const courseChart = () =>
  svg(
    "svg",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "curve" }),
    svg("path", { class: "now" }),
  );

/**
 * @param {SVGElement} chart see `courseChart`
 * @param {Array<[number, number]>} points epoch and share in [0, 1]
 * @param {number} end of the epoch axis, which begins at 0 @param {number} now the epoch that is shown
 */
export function drawCourse(chart, points, end, now) {
  const [curve, mark] = chart.children;
  /** @param {number} epoch */
  const x = (epoch) => (end ? (WIDE * epoch) / end : 0).toFixed(1);
  const places = points.map(([epoch, share]) => `${x(epoch)} ${((1 - share) * HIGH).toFixed(1)}`);
  setAttribute(curve, "d", places.length > 1 ? `M${places.join("L")}` : "");
  setAttribute(mark, "d", now < end ? `M${x(now)} 0V${HIGH}` : "");
}
