/**
 * Parallel coordinates of all cells of a sweep. A range on any axis limits the cells that every card
 * shows.
 *
 * Plotly has parallel coordinates, and its file is at hand; but they have no keyboard, need WebGL, cannot
 * light up a line that another card points at, and cannot lie on a narrow screen.
 */
import { count } from "../core/format.js";
import { changing, keptLast } from "../core/kept.js";
import { cleared, el, heading, onPress, setAttribute, setText, svg } from "../kit/dom.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { sheetButtons } from "../kit/sheets.js";
import { axisRange } from "./axis_range.js";
import { withoutText } from "./captions.js";
import { comparable } from "./cells.js";
import { cellSentence, FIGURES } from "./figures.js";
import { allTrials, changesMore, figureOf, gridsOf, subtitle, sweepCard } from "./followed.js";
import { cellText } from "./grid.js";
import {
  axesNodes,
  opacityOf,
  outsideOpacityOf,
  paintLines,
  thicknessOf,
} from "./parallel_drawing.js";
import { linePainter } from "./parallel_painting.js";
import { nearestLine, planOf, pointOf } from "./parallel_plan.js";
import { parallelSheet } from "./parallel_sheet.js";
import { earlyText, linesText } from "./parallel_text.js";
import {
  dimensionsOf,
  endText,
  insideOf,
  rangesNamed,
  rangesSentence,
  setRange,
} from "./ranges.js";
import {
  missingText,
  openCell,
  openedCell,
  pointAt,
  pointedCell,
  shownEpoch,
  shownScale,
} from "./shown.js";
import { pointed, view } from "./view.js";

const TITLE = "Parallel coordinates";
/** A pointer this near to a line, in pixels, points at it. */
const NEAR_PX = 10;

/** @param {import("../kit/mounting.js").Component} component data: {sweep, name, other} */
export const mount = sweepCard("sweep-parallel", 420, build);

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {() => import("./reading.js").Reading} reading
 * @returns {import("../kit/mounting.js").View}
 */
function build(card, reading) {
  const files = sheetButtons(card, TITLE, sheet);
  const top = heading(TITLE, "", files);
  const empty = el("p", { class: "sub" });
  const [outside, inside, marks] = [el("canvas", { class: "outside" }), el("canvas"), el("canvas")];
  const overlay = svg("svg", { "aria-hidden": "true" });
  const strips = el("div", { class: "axis-ranges" });
  const stage = el(
    "div",
    { class: "parallel-stage", role: "group", "data-testid": "sweep-parallel" },
    outside,
    inside,
    marks,
    overlay,
    strips,
  );
  const said = el("p", { class: "reading" });
  // The map announces the cell that is pointed at.
  const announced = el("p", { class: "spoken", "aria-live": "polite" });
  const all = el("button", { type: "button", class: "plain" }, "Show all cells");
  const foot = el("div", { class: "foot" }, said, announced, all);
  const strip = scaleStrip();
  card.root.append(el("section", { class: "card" }, top.node, empty, stage, strip.node, foot));
  /** @type {Array<ReturnType<typeof axisRange>>} */
  let sliders = [];
  const painters = {
    outside: linePainter(outside, outsideOpacityOf),
    inside: linePainter(inside, opacityOf),
  };
  /** Whether the axes and the lines on each canvas are drawn from something else. */
  const differs = { axes: changing(), outside: changing(), inside: changing() };
  /** Where lines are drawn; null without one. */
  const planned = keptLast(
    (
      /** @type {import("./grid.js").Grid} */ grid,
      /** @type {import("./cells.js").Cell[]} */ cells,
      /** @type {number} */ width,
    ) => {
      const own = comparable(cells);
      return own.length ? planOf(grid, own, width) : null;
    },
  );
  /** The values of a figure by line, and the lines from the lowest value to the highest. */
  const ordered = keptLast(
    (
      /** @type {import("./parallel_plan.js").Plan} */ plan,
      /** @type {import("./cells.js").Cell[]} */ cells,
      /** @type {import("./cells.js").Name} */ name,
    ) => {
      const values = Float64Array.from(plan.cells, (cell) => cells[cell].figures[name].median);
      return { values, order: [...values.keys()].sort((a, b) => values[a] - values[b]) };
    },
  );

  /** About all lines: said while none is pointed at. */
  let about = "";

  /** The lines of the shown epoch; null while there is none. */
  function state(width = stage.clientWidth) {
    const { trials } = reading();
    if (!trials || !width) return null;
    const { grid } = trials;
    const cells = trials.cells(shownEpoch(grid));
    const dimensions = dimensionsOf(grid);
    const plan = planned(grid, cells, width);
    return plan && { trials, grid, cells, dimensions, plan, inside: insideOf(trials) };
  }

  /**
   * The lines within the ranges, the highest values of the shown figure last, and how they look.
   * @param {NonNullable<ReturnType<typeof state>>} drawn
   * @param {import("../kit/theme.js").Theme} theme
   */
  function colouring({ cells, plan, inside: { has } }, theme) {
    const name = figureOf(card);
    const scale = shownScale(...allTrials(card));
    const { values, order } = ordered(plan, cells, name);
    const lines = order.filter((line) => has(plan.cells[line]));
    /** @type {import("./parallel_drawing.js").Look} */
    const look = {
      colourOf: (line) => scale?.colourOf(values[line]) ?? theme.active,
      opacity: opacityOf(lines.length),
      width: thicknessOf(lines.length),
      outlinedIn: theme,
    };
    return { name, scale, lines, look };
  }

  /** @param {boolean} isUpdate whether there is nothing new but results */
  function drawPicture(isUpdate) {
    const { trials } = reading();
    stage.hidden = false;
    const drawn = state();
    empty.hidden = Boolean(drawn);
    stage.hidden = foot.hidden = strip.node.hidden = files.hidden = !drawn;
    setText(empty, withoutText("line", trials?.cells(shownEpoch(trials.grid))));
    setText(top.sub, subtitle(card, ""));
    if (!drawn || !trials) return;
    const { grid, cells, plan, inside: within } = drawn;
    about =
      (within.text ? rangesSentence(grid, within) : linesText(plan.cells.length, cells)) +
      earlyText(within.cells);
    setText(announced, within.text ? about : "");
    stage.style.height = `${plan.height}px`;
    const { name, scale, lines, look } = colouring(drawn, card.theme);
    const { text } = within;
    const common = [plan, card.theme.id, stage.clientWidth, window.devicePixelRatio];
    if (differs.axes(...common)) {
      setAttribute(overlay, "viewBox", `0 0 ${plan.width} ${plan.height}`);
      setAttribute(overlay, "width", plan.width);
      setAttribute(overlay, "height", plan.height);
      overlay.replaceChildren(...axesNodes(plan, card.theme));
    }
    const hasOutside = lines.length < plan.cells.length;
    if (hasOutside && differs.outside(...common)) {
      const colourOf = () => card.theme.muted;
      painters.outside.paint(plan, [...plan.cells.keys()], { colourOf, width: 1 }, isUpdate);
    }
    if (differs.inside(...common, text, scale)) {
      painters.inside.paint(plan, lines, look, isUpdate);
    }
    outside.style.visibility = hasOutside ? "" : "hidden";
    drawRanges(drawn);
    setText(
      top.sub,
      subtitle(
        card,
        `a line for each cell${grid.epochs > 1 ? `, after epoch ${shownEpoch(grid)}` : ""}, coloured by ${FIGURES[name].title}`,
      ),
    );
    setAttribute(
      stage,
      "aria-label",
      `${TITLE} of ${count(plan.cells.length)} cells on ${plan.axes.length} axes, each with two sliders for a range.`,
    );
    all.hidden = !text;
    if (scale) strip.show(scale);
    strip.node.style.visibility = scale ? "" : "hidden";
  }

  /** @param {NonNullable<ReturnType<typeof state>>} drawn */
  function drawRanges({ dimensions, plan, inside: { text } }) {
    if (sliders.length !== plan.axes.length) {
      sliders = plan.axes.map((_, at) => axisRange((range) => limit(at, range)));
      strips.replaceChildren(...sliders.map(({ node }) => node));
    }
    const chosen = rangesNamed(dimensions, text);
    plan.axes.forEach((axis, at) => {
      const { node, show } = sliders[at];
      const range = chosen.get(axis.dimension.name) ?? null;
      const [x, y] = pointOf(plan, at, plan.isLying ? 0 : 1);
      node.style.cssText = plan.isLying
        ? `left:${x}px;top:${y}px;width:${plan.high - plan.low}px`
        : `left:${x}px;top:${y}px;height:${plan.low - plan.high}px`;
      show({
        axis,
        isLying: plan.isLying,
        range,
        textOf: (end) => endText(axis.dimension, text, end),
      });
    });
  }

  /** @param {number} at place of the axis @param {?import("./ranges.js").Range} range */
  function limit(at, range) {
    const drawn = state();
    if (drawn) setRange(drawn.plan.axes[at].dimension, range);
  }

  function drawMarks() {
    const drawn = state();
    if (!drawn) return;
    const { grid, cells, plan } = drawn;
    const grids = gridsOf(card);
    const [at, chosen] = [pointedCell(...grids), openedCell(...grids)];
    const { context } = cleared(marks);
    const { theme } = card;
    for (const [cell, colour, width] of /** @type {const} */ ([
      [chosen, theme.ink, 2.2],
      [at, theme.tau, 2.6],
    ])) {
      const line = cell === null ? -1 : plan.cells.indexOf(cell);
      if (line < 0) continue;
      paintLines(context, plan, [line], { colourOf: () => theme.ground, width: width + 2.6 });
      paintLines(context, plan, [line], { colourOf: () => colour, width });
    }
    const cell = at === null ? null : cells[at];
    setText(
      said,
      cell
        ? cellSentence(cell, cellText(grid, cell.number), grid, figureOf(card))
        : missingText(pointed.get("cell"), grids) || about,
    );
  }

  onPress(all, () => view.set("ranges", ""));
  /** The cell whose line is near the pointer. @param {MouseEvent} event */
  function cellUnder({ clientX, clientY }) {
    const drawn = state();
    const { left, top: above } = stage.getBoundingClientRect();
    return (
      drawn && nearestLine(drawn.plan, drawn.inside.has, clientX - left, clientY - above, NEAR_PX)
    );
  }

  stage.addEventListener("pointermove", (event) => {
    const drawn = state();
    if (drawn && !event.buttons) pointAt(drawn.grid, cellUnder(event));
  });
  stage.addEventListener("pointerleave", () => pointed.set("cell", ""));
  stage.addEventListener("click", (event) => {
    const [drawn, cell] = [state(), cellUnder(event)];
    if (drawn && cell !== null) openCell(drawn.grid, cell);
  });

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    const drawn = state();
    if (!drawn) return null;
    const { name, scale } = colouring(drawn, card.theme);
    return parallelSheet(card, TITLE, { ...drawn, name, scale }, (plan, theme) =>
      colouring({ ...drawn, plan }, theme),
    );
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      if (changesMore(kinds)) drawPicture([...kinds].every((kind) => kind === "trials"));
      drawMarks();
    },
    dispose: () => {
      painters.outside.stop();
      painters.inside.stop();
      // A card that comes back is painted again.
      for (const part of Object.values(differs)) part();
    },
  };
}
