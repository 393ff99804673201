/** Samples of lines and marks for the legends of downloaded pictures. */
import { css } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { cornerPath, diamondPath } from "./cell_marks.js";

/** @typedef {import("../core/colours.js").Rgb} Rgb */

/** @param {Rgb} colour @param {string} dash "none" or lengths of dashes and gaps */
export const lineSample = (colour, dash) =>
  svg(
    "svg",
    { width: 30, height: 14 },
    svg("path", { d: "M1 7H29", stroke: css(colour), "stroke-width": 2, "stroke-dasharray": dash }),
  );

/** @param {Rgb} colour */
export const dotSample = (colour) =>
  svg("svg", { width: 12, height: 14 }, svg("circle", { cx: 6, cy: 7, r: 4.5, fill: css(colour) }));

/** A dot with a hole. @param {Rgb} colour */
export const hollowSample = (colour) =>
  svg(
    "svg",
    { width: 12, height: 14 },
    svg("circle", { cx: 6, cy: 7, r: 3.5, fill: "none", stroke: css(colour), "stroke-width": 2 }),
  );

/** The mark of the fewest weights. @param {import("../kit/theme.js").Theme} theme */
export const diamondSample = (theme) =>
  svg(
    "svg",
    { width: 14, height: 14 },
    svg("path", {
      d: diamondPath(7, 7, 5.5),
      fill: "none",
      stroke: css(theme.ink),
      "stroke-width": 2,
    }),
  );

/** A cell with a marked corner. @param {import("../kit/theme.js").Theme} theme */
export const cornerSample = (theme) =>
  svg(
    "svg",
    { width: 12, height: 14 },
    svg("rect", { x: 0.5, y: 1.5, width: 11, height: 11, fill: "none", stroke: theme.grid }),
    svg("path", { d: cornerPath(11.5, 1.5, 7), fill: css(theme.ink) }),
  );
