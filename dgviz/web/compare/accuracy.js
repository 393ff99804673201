/** The accuracy of all runs of a race, live. */
import { mountCurves } from "./curve_chart.js";

/** @param {import("../kit/mounting.js").Component} component see `mountCurves` */
export const mount = (component) =>
  mountCurves(component, {
    name: "accuracy",
    title: "Accuracy",
    choices: [
      ["test", "test"],
      ["validation", "validation"],
    ],
    axis: "accuracy, %",
    factor: 100,
    hover: "%{y:.2f}%",
    digits: ".2f",
    empty: "The accuracy of every run appears here while it trains.",
  });
