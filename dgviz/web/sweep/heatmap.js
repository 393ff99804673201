/** A figure of every cell of a sweep over two axes, or against one, after any epoch. */
import { sweepUrl } from "../core/addresses.js";
import { count } from "../core/format.js";
import { changing } from "../core/kept.js";
import { el, heading, setAttribute, setText, svg } from "../kit/dom.js";
import { GridPicture } from "../kit/grid_picture.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { sheetButtons } from "../kit/sheets.js";
import { emptyText, hasShorter, SHORTER } from "./captions.js";
import { cellSentence, FIGURES } from "./figures.js";
import { allTrials, changesMore, figureOf, gridsOf, subtitle, sweepCard } from "./followed.js";
import { axisTitle, cellName, cellText, tallOf } from "./grid.js";
import { cellLooks, isChart, landscapeOf, lineState, marksOf } from "./landscape.js";
import { landscapeChoices } from "./landscape_choices.js";
import { landscapeSheet } from "./landscape_sheet.js";
import { LinePicture } from "./line_picture.js";
import { BOTTOM, leftOf, TOP } from "./map_axes.js";
import { keysOf } from "./mark_legend.js";
import { overMap, sourcesOf } from "./over_map.js";
import {
  missingText,
  openedCell,
  pointAt,
  pointedCell,
  shownEpoch,
  shownEpochs,
  shownPlane,
} from "./shown.js";
import { pointed, view } from "./view.js";

const TITLE = "The landscape";
/** The height of the chart of a single axis, in pixels. */
const CHART_HIGH = 340;
const HINT = matchMedia("(pointer: coarse)").matches
  ? "Touch a cell to open it and to read it here."
  : "Point at a cell to read it here; a click opens it. The arrow keys walk the grid, and Enter opens a cell.";

/** @param {import("../kit/mounting.js").Component} component data: {sweep, name, other} */
export const mount = sweepCard("sweep-map", 560, build);

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {() => import("./reading.js").Reading} reading
 * @returns {import("../kit/mounting.js").View}
 */
function build(card, reading) {
  const trials = () => reading().trials;
  const choices = landscapeChoices(() => trials()?.grid ?? null);
  const buttons = sheetButtons(card, TITLE, () => {
    const drawn = state();
    return drawn && landscapeSheet(card, drawn);
  });
  const top = heading(TITLE, "", buttons);
  const handlers = {
    onHover: (/** @type {?number} */ place) => {
      const [all, now] = [trials(), plane()];
      if (all && now) pointAt(all.grid, place === null ? null : (now.cells[place] ?? null));
    },
    onClick: (/** @type {number} */ place) => pin(place),
    onEscape: () => view.set("cell", ""),
  };
  const picture = new GridPicture(handlers);
  setAttribute(picture.node, "data-testid", "sweep-map");
  const chart = new LinePicture(handlers);
  setAttribute(chart.node, "data-testid", "sweep-line");
  chart.node.hidden = true;
  const overlay = svg("svg", { class: "frame", "aria-hidden": "true" });
  const problem = el("p", { class: "problem", role: "status" });
  const empty = el("p", { class: "empty" });
  const stage = el("div", { class: "map-stage" }, picture.node, overlay, empty);
  const slider = el("input", { type: "range", min: "1", step: "1", "aria-label": "After epoch" });
  const epoch = el("output");
  const scrub = el("label", { class: "scrub" }, el("span", {}, "after epoch"), slider, epoch);
  const shorter = el("p", { class: "sub" }, SHORTER);
  const readout = el("p", { class: "reading", "aria-live": "polite" });
  const strip = scaleStrip();
  const legend = el("div", { class: "legend" });
  const csv = el("a", { download: "" }, "CSV");
  const parquet = el("a", { download: "" }, "Parquet");
  const files = el("span", { class: "sub" }, "All trials: ", csv, " · ", parquet);
  const foot = el("div", { class: "foot" }, legend, files);
  card.root.append(
    el(
      "section",
      { class: "card" },
      el("div", { class: "above" }, top.node, choices.node, problem),
      stage,
      chart.node,
      // The place of the scrubber must not change while it is dragged, and the marks below it do.
      el("div", { class: "below" }, strip.node, scrub, shorter, foot, readout),
    ),
  );

  /** Whether the axes, lines and marks over the cells are drawn from something else. */
  const overlayDiffers = changing();

  const plane = () => {
    const all = trials();
    return all && shownPlane(all.grid);
  };

  /** @param {number} place in the picture */
  function pin(place) {
    const [all, now] = [trials(), plane()];
    if (!all || !now) return;
    const cell = now.cells[place];
    view.set("cell", openedCell(...gridsOf(card)) === cell ? "" : cellName(all.grid, cell));
  }

  slider.addEventListener("input", () => {
    const { most } = shownEpochs(allTrials(card));
    view.set("epoch", slider.valueAsNumber === most ? "" : slider.value);
  });

  /** What is drawn; null before the grid has been read. */
  const state = () => (trials() ? landscapeOf(allTrials(card)) : null);

  function drawChoices() {
    const all = trials();
    choices.node.hidden =
      buttons.hidden =
      scrub.hidden =
      shorter.hidden =
      strip.node.hidden =
      foot.hidden =
        !all;
    if (!all) return;
    const { grid } = all;
    const both = allTrials(card);
    choices.show(both.map((one) => one.grid));
    const { most, at } = shownEpochs(both);
    setAttribute(slider, "max", most);
    scrub.hidden = most < 2;
    shorter.hidden = !hasShorter(all);
    if (slider.valueAsNumber !== at) slider.value = String(at);
    slider.style.setProperty("--filled", String((at - 1) / Math.max(1, most - 1)));
    setText(epoch, `${shownEpoch(grid)} of ${grid.epochs}`);
  }

  function drawMap() {
    const drawn = state();
    setText(problem, reading().problem);
    setText(empty, reading().problem ? "" : emptyText(drawn?.cells));
    empty.hidden = !empty.textContent;
    picture.node.style.visibility = drawn ? "" : "hidden";
    setText(top.sub, subtitle(card, ""));
    if (!drawn) return;
    const { all, scale } = drawn;
    setText(
      top.sub,
      subtitle(
        card,
        all.grid.method +
          (all.grid.seeds > 1 ? `, median of ${all.grid.seeds} seeds` : "") +
          (all.grid.epochs > 1 ? `, after epoch ${shownEpoch(all.grid)}` : "") +
          (all.isComplete
            ? ""
            : `, ${count(all.done.size)} of ${count(all.count * all.grid.seeds)} trials done`),
      ),
    );
    const isLine = isChart(drawn);
    stage.hidden = isLine;
    chart.node.hidden = !isLine;
    if (isLine) drawChart(drawn);
    else drawCells(drawn);
    strip.node.hidden = isLine || !scale;
    if (scale) strip.show(scale);
    legend.replaceChildren(...keysOf(marksOf(drawn, card.theme)));
    for (const [link, ending] of /** @type {const} */ ([
      [csv, "csv"],
      [parquet, "parquet"],
    ])) {
      setAttribute(link, "href", sweepUrl(card.data.sweep, `table.${ending}`).href);
    }
  }

  /** @param {import("./landscape.js").Landscape} drawn */
  function drawCells(drawn) {
    const { sweeps, plane: now, name } = drawn;
    // Two maps have equal places and heights.
    const maps = gridsOf(card)
      .map((grid) => ({ grid, plane: shownPlane(grid) }))
      .filter(({ plane: { y } }) => y !== null);
    const left = Math.max(...maps.map(({ grid, plane: one }) => leftOf(grid, one)));
    stage.style.paddingLeft = `${left}px`;
    picture.draw({
      shape: { channels: 1, width: now.width, height: now.height },
      tall: tallOf(
        now,
        Math.max(1, picture.node.clientWidth),
        maps.map(({ plane: one }) => one),
      ),
      bordered: true,
      ...cellLooks(drawn, card.theme),
      theme: card.theme,
    });
    const { cell, high } = picture;
    const { font } = card.theme;
    const box = { left: picture.left + left, top: picture.top + TOP, cell, high, font };
    const [width, height] = [stage.clientWidth, picture.box.height + TOP + BOTTOM];
    setAttribute(overlay, "viewBox", `0 0 ${width} ${height}`);
    setAttribute(overlay, "width", width);
    setAttribute(overlay, "height", height);
    if (overlayDiffers(...Object.values(box), card.theme.id, ...sourcesOf(sweeps))) {
      overlay.replaceChildren(...overMap(sweeps, box, card.theme));
    }
    setAttribute(
      picture.node,
      "aria-label",
      subtitle(
        card,
        `${FIGURES[name].title} of ${now.width * now.height} cells. The arrow keys walk the grid; Enter opens a cell.`,
      ),
    );
  }

  /** @param {import("./landscape.js").Landscape} drawn */
  function drawChart(drawn) {
    const { all, plane: now, name } = drawn;
    if (overlayDiffers("chart")) overlay.replaceChildren();
    const size = { width: chart.node.clientWidth, height: CHART_HIGH };
    chart.draw(size.width ? lineState(drawn, size, card.theme) : null);
    setAttribute(
      chart.node,
      "aria-label",
      `${FIGURES[name].title} against ${axisTitle(all.grid.axes[now.x])}, ${now.width} values. The arrow keys walk along them; Enter opens a cell.`,
    );
  }

  function drawMarks() {
    const [all, now] = [trials(), plane()];
    if (!all || !now) return;
    const grids = gridsOf(card);
    const [at, chosen] = [pointedCell(...grids), openedCell(...grids)];
    /** @param {?number} number */
    const place = (number) => {
      const found = number === null ? -1 : now.cells.indexOf(number);
      return found < 0 ? null : found;
    };
    picture.mark({ marked: [place(at)], pinned: place(chosen) });
    chart.mark({ marked: place(at), pinned: place(chosen) });
    // Of the other sweep's cell it is said that there is none.
    const shown = pointed.get("cell") ? at : chosen;
    const cell = shown === null ? null : all.cells(shownEpoch(all.grid))[shown];
    setText(
      readout,
      cell
        ? cellSentence(cell, cellText(all.grid, cell.number), all.grid, figureOf(card))
        : missingText(pointed.get("cell") || view.get("cell"), grids) || HINT,
    );
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      if (changesMore(kinds)) {
        drawChoices();
        drawMap();
      }
      drawMarks();
    },
  };
}
