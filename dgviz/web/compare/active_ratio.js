/** The active ratio of all runs of a race, live. */
import { mountCurves } from "./curve_chart.js";

/** @param {import("../kit/mounting.js").Component} component see `mountCurves` */
export const mount = (component) =>
  mountCurves(component, {
    name: "active_ratio",
    title: "Active ratio",
    choices: [["ratio", "active ratio"]],
    axis: "active ratio r",
    factor: 1,
    hover: "r %{y:.3f}",
    digits: ".3f",
    empty: "The share of connections that each run keeps active appears here while it trains.",
  });
