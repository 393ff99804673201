/** Error against kept weights of all cells of a sweep, with the Pareto front, linked with the map. */

import { count } from "../core/format.js";
import { keptLast } from "../core/kept.js";
import { el, heading, isShortcut, setAttribute, setText, svg } from "../kit/dom.js";
import { sheetButtons } from "../kit/sheets.js";
import { captionOf, withoutText } from "./captions.js";
import { comparable } from "./cells.js";
import { cellSentence, namesFor } from "./figures.js";
import { allTrials, changesMore, gridsOf, subtitle, sweepCard } from "./followed.js";
import { dotsOf } from "./front_dots.js";
import { frontDrawing, nearestDot, placing, ringNodes } from "./front_drawing.js";
import { frontMarks } from "./front_legend.js";
import { cellText, placesOf } from "./grid.js";
import { entriesOf, keysOf } from "./mark_legend.js";
import { insideText } from "./ranges.js";
import { missingText, openCell, openedCell, pointAt, pointedCell, shownEpoch } from "./shown.js";
import { pointed, view } from "./view.js";
import { fewestLabel, smallestOf, wantedPercent } from "./wanted.js";

const TITLE = "Error against kept weights";
const PICTURE = { width: 640, height: 420 };
/** A pointer this near to a dot, in pixels, points at it. */
const NEAR_PX = 18;
const HINT = matchMedia("(pointer: coarse)").matches
  ? "Touch a dot to open its cell."
  : "The arrow keys walk along it, and Enter opens a cell.";
/** More weights are to the right, and there the front is lower. @type {Object<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** @param {import("../kit/mounting.js").Component} component data: {sweep, name, other} */
export const mount = sweepCard("sweep-front", 560, build);

/**
 * @typedef {import("./front_drawing.js").Dot} Dot
 *
 * @param {import("../kit/mounting.js").Card} card
 * @param {() => import("./reading.js").Reading} reading
 * @returns {import("../kit/mounting.js").View}
 */
function build(card, reading) {
  const box = el("div", {
    class: "picture",
    role: "img",
    tabindex: "0",
    "data-testid": "sweep-front",
  });
  const empty = el("p", { class: "sub" });
  const keys = el("div", { class: "legend" });
  const readout = el("p", { class: "reading" });
  const files = sheetButtons(card, TITLE, sheet);
  const top = heading(TITLE, "", files);
  let rings = svg("g");
  const placed = keptLast(
    (
      /** @type {Dot[]} */ own,
      /** @type {Dot[]|undefined} */ others,
      /** @type {number} */ width,
      /** @type {number} */ height,
    ) => placing([...own, ...(others ?? [])], { width, height }),
  );
  /** What is drawn; null before the grid has been read. @type {ReturnType<typeof state>} */
  let drawn = null;
  card.root.append(
    el(
      "section",
      { class: "card" },
      el("div", { class: "above" }, top.node, empty),
      box,
      el("div", { class: "below" }, keys, readout),
    ),
  );

  function state() {
    const { trials } = reading();
    if (!trials) return null;
    const [{ grid, cells, inside, dots, byCell, front }, beside] = allTrials(card).map(dotsOf);
    const best = smallestOf(trials, wantedPercent(allTrials(card)));
    return { trials, grid, cells, inside, dots, byCell, front, best, beside };
  }

  /** Where dots are: two sweeps have the same axes. @param {NonNullable<typeof drawn>} of @param {import("./front_drawing.js").Size} within */
  const placesIn = ({ dots, beside }, { width, height }) =>
    placed(dots, beside?.dots, width, height);

  /** @returns {{width: number, height: number}} */
  const size = () => ({ width: box.clientWidth, height: box.clientHeight });

  function drawPicture() {
    drawn = state();
    const has = Boolean(drawn?.dots.length);
    empty.hidden = has;
    setText(empty, withoutText("dot", drawn?.cells));
    box.hidden = keys.hidden = files.hidden = !has;
    setText(top.sub, subtitle(card, drawn ? aboutText(drawn) : ""));
    if (!drawn || !has || !box.clientWidth) return;
    const { dots, front, inside, beside } = drawn;
    rings = svg("g");
    const places = placesIn(drawn, size());
    const picture = frontDrawing(dots, inside.has, front, beside?.front ?? [], places, card.theme);
    picture.append(rings);
    box.replaceChildren(picture);
    keys.replaceChildren(...keysOf(marksOf(drawn)));
    setAttribute(
      box,
      "aria-label",
      `${TITLE} of ${count(inside.cells.length)} cells, of which ${count(front.length)} are on the Pareto front. The arrow keys walk along the front; Enter opens a cell.`,
    );
  }

  function drawMarks() {
    if (!drawn?.dots.length) {
      setText(readout, "");
      return;
    }
    const { grid, cells, front } = drawn;
    const grids = gridsOf(card);
    rings.replaceChildren(...ringNodes(marked(drawn), placesIn(drawn, size()), card.theme));
    const at = pointedCell(...grids);
    const cell = at === null ? null : cells[at];
    setText(
      readout,
      cell
        ? cellSentence(cell, cellText(grid, cell.number), grid, "test")
        : missingText(pointed.get("cell"), grids) || frontText(front.length),
    );
  }

  /** @param {NonNullable<typeof drawn>} of */
  function marked({ byCell, best }) {
    const grids = gridsOf(card);
    const [at, chosen] = [pointedCell(...grids), openedCell(...grids)];
    return {
      pointed: (at === null ? null : byCell.get(at)) ?? null,
      chosen: (chosen === null ? null : byCell.get(chosen)) ?? null,
      best: (best && byCell.get(best.number)) ?? null,
    };
  }

  /** @param {NonNullable<typeof drawn>} of */
  function marksOf(of) {
    const { trials, dots, inside, beside } = of;
    const { chosen, best } = marked(of);
    return frontMarks(
      {
        dots,
        isInside: inside.has,
        isLimited: inside.text !== "",
        isChosen: chosen !== null,
        fewest: fewestLabel(trials, wantedPercent(allTrials(card))),
        hasFewest: best !== null,
        other: beside?.front.length ? card.data.other.name : "",
      },
      card.theme,
    );
  }

  /** The cell whose dot is near the pointer. @param {MouseEvent} event */
  function cellUnder({ clientX, clientY }) {
    if (!drawn) return null;
    const { left, top: above } = box.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - above];
    return nearestDot(drawn.dots, placesIn(drawn, size()), x, y, NEAR_PX)?.cell ?? null;
  }

  box.addEventListener("pointermove", (event) => {
    if (drawn) pointAt(drawn.grid, cellUnder(event));
  });
  for (const end of ["pointerleave", "blur"])
    box.addEventListener(end, () => pointed.set("cell", ""));
  box.addEventListener("click", (event) => {
    const cell = cellUnder(event);
    if (drawn && cell !== null) openCell(drawn.grid, cell);
  });
  box.addEventListener("keydown", (event) => {
    if (!drawn?.front.length || isShortcut(event)) return;
    const cell = pointedCell(...gridsOf(card));
    if (STEPS[event.key]) {
      const from = drawn.front.findIndex((dot) => dot.cell === cell);
      const to = from < 0 ? 0 : from + STEPS[event.key];
      pointAt(drawn.grid, drawn.front[Math.min(drawn.front.length - 1, Math.max(0, to))].cell);
    } else if ((event.key === "Enter" || event.key === " ") && cell !== null) {
      openCell(drawn.grid, cell);
    } else if (event.key === "Escape") view.set("cell", "");
    else return;
    event.preventDefault();
  });

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    if (!drawn?.dots.length) return null;
    const { trials, grid, cells, inside, dots, front, beside } = drawn;
    const [{ best, chosen }, places] = [marked(drawn), placesIn(drawn, PICTURE)];
    const onFront = new Set(front.map(({ cell }) => cell));
    return {
      name: "sweep-front",
      title: `${TITLE} after epoch ${shownEpoch(grid)} of ${grid.epochs}`,
      caption: captionOf(card, trials, inside),
      drawing: (given) => {
        const picture = frontDrawing(dots, inside.has, front, beside?.front ?? [], places, given);
        picture.append(...ringNodes({ best, chosen, pointed: null }, places, given));
        return picture;
      },
      legend: entriesOf(marksOf(drawn)),
      table: {
        caption: TITLE,
        columns: [
          ...grid.axes.map(({ name }) => name),
          ...namesFor(grid),
          "stopped early",
          "within the ranges",
          "on the front",
        ],
        rows: () =>
          comparable(cells).map(({ number, stopped }) => [
            ...placesOf(grid, number).map((place, i) => grid.axes[i].values[place]),
            ...namesFor(grid).map((name) => cells[number].figures[name].median),
            stopped,
            ...[inside.has(number), onFront.has(number)].map((is) => (is ? "yes" : "no")),
          ]),
      },
    };
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      if (changesMore(kinds)) drawPicture();
      drawMarks();
    },
  };
}

/** @param {number} size of the front */
function frontText(size) {
  if (!size) return "No cell is within the ranges, so there is no front.";
  return `${count(size)} ${size === 1 ? "cell is" : "cells are"} on the front: no other has fewer weights and a lower error. ${HINT}`;
}

/** "after epoch 9, 12 of 40 cells": the same number of lines with ranges and without. @param {ReturnType<typeof dotsOf>} drawn */
const aboutText = ({ grid, inside }) =>
  [
    ...(grid.epochs > 1 ? [`after epoch ${shownEpoch(grid)}`] : []),
    inside.text ? insideText(inside) : `${count(inside.of)} ${inside.of === 1 ? "cell" : "cells"}`,
  ].join(", ");
