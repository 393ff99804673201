/** What the marks on the map, or on the chart of a single axis, mean: on the page and in a file. */
import { mix } from "../core/colours.js";
import { el, setText } from "../kit/dom.js";
import { swatch } from "../kit/legend.js";
import { hasFailed, isEarly } from "./cells.js";
import { FIGURES } from "./figures.js";
import { outsideColour } from "./frame.js";
import { colourOf } from "./line_drawing.js";
import { cornerSample, diamondSample, hollowSample } from "./samples.js";

/** How much of the ground is in the colour of a cell outside of the ranges, on the map. */
export const FAINT = 0.82;
/** How much of it is in the colour of the band from the lowest to the highest seed. */
const FAINT_BAND = 0.8;

/**
 * @typedef {Object} Shown
 * @property {import("./cells.js").Cell[]} cells @property {import("./cells.js").Name} name of the figure
 * @property {boolean} isLine whether it is the chart @property {number} seeds
 * @property {boolean} isLimited whether there are ranges
 * @property {string} fewest what the mark of the smallest network means; "" if it is not there
 *
 * @typedef {import("../kit/theme.js").Theme} Theme
 */

/** Which marks there are. @param {Shown} shown */
export const marksIn = ({ cells, isLine, seeds, isLimited, fewest }) => ({
  fewest: fewest !== "",
  begun: cells.some(({ kind }) => kind === "begun"),
  failed: cells.some(({ kind }) => hasFailed(kind)),
  band: isLine && seeds > 1 && cells.some(({ kind }) => kind === "done"),
  early: cells.some(isEarly),
  outside: isLimited,
});

/** @param {Shown} shown */
const labelsOf = ({ seeds, fewest }) => ({
  fewest,
  begun: "begun",
  failed: "diverged or collapsed",
  band: `from the lowest to the highest of ${seeds} seeds`,
  early: "stopped early",
  outside: "outside of the ranges",
});

const MARKS = /** @type {const} */ (["fewest", "begun", "failed", "band", "early", "outside"]);

/** Of the page. */
export function mapLegend() {
  const keys = {
    fewest: swatch("diamond"),
    begun: swatch("ring"),
    failed: swatch("blank"),
    band: swatch("band"),
    early: swatch("early"),
    outside: swatch("faint"),
  };
  const node = el("div", { class: "legend" }, ...MARKS.map((mark) => keys[mark].node));

  /** @param {Shown} shown */
  function show(shown) {
    const [marks, labels] = [marksIn(shown), labelsOf(shown)];
    for (const mark of MARKS) {
      keys[mark].node.hidden = !marks[mark];
      setText(keys[mark].label, labels[mark]);
    }
    keys.early.paint(shown.isLine ? "hollow" : "early");
    keys.outside.paint(shown.isLine ? "outside" : "faint");
    node.classList.toggle("accuracy", Boolean(FIGURES[shown.name].isAccuracy));
  }
  return { node, show };
}

/** Of a file. @param {Shown} shown @param {Theme} theme @returns {import("../kit/sheet_legend.js").LegendEntry[]} */
export function mapEntries(shown, theme) {
  const [marks, labels] = [marksIn(shown), labelsOf(shown)];
  const own = colourOf({ name: shown.name, theme });
  const looks = {
    fewest: { sample: diamondSample(theme) },
    begun: { sample: hollowSample(theme.active) },
    failed: { hatched: true },
    band: { colour: mix(own, theme.ground, FAINT_BAND) },
    early: { sample: shown.isLine ? hollowSample(own) : cornerSample(theme) },
    outside: {
      colour: shown.isLine ? outsideColour(theme) : mix(theme.muted, theme.ground, FAINT),
    },
  };
  return MARKS.filter((mark) => marks[mark]).map((mark) => ({
    label: labels[mark],
    ...looks[mark],
  }));
}
