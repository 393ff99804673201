/** How much the active connections of each two methods overlap, as a matrix. */
import { css } from "../core/colours.js";
import { known } from "../core/format.js";
import { el, heading, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import * as highlight from "./highlight.js";
import { methodButton } from "./method_button.js";
import { cellText, coloursOf, overlapDrawing } from "./overlap_drawing.js";
import { changes } from "./rebuilding.js";
import { lineSample } from "./samples.js";
import { scrollHint } from "./scroll_hint.js";
import { lookOf, widthOf } from "./series.js";
import { view } from "./view.js";
import { seedMenu, seedText } from "./view_choice.js";

const TITLE = "Overlap of the masks";
const NOTE =
  "Connections of the first layer that are active in both networks, over those active in one or both.";
const NOTE_OF_CHANCE = "In brackets: random masks with as many active connections.";
const NOTE_OF_POINTED = "Point at a cell for random masks with as many.";
/** A larger matrix has smaller cells, without the overlap of random masks. */
const MOST_LARGE = 8;

/**
 * @typedef {Object} Line of the matrix
 * @property {string} key of its row
 * @property {Array<?number>} shares its overlap with each line, in [0, 1]
 * @property {Array<?number>} chance that of random masks; null for the same network
 *
 * @typedef {import("./race.js").RaceRow} RaceRow
 */

/** @param {import("../kit/mounting.js").Component} component data: {rows, overlap, seed, seeds, caption_of_seed} */
export const mount = (component) =>
  mountCard(component, {
    name: "race-overlap",
    height: 160,
    shared: { highlight: highlight.subscribe, seed: view.changesOf("seed") },
    build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const seeds = seedMenu();
  const top = heading(TITLE, "", seeds.node, sheetButtons(card, TITLE, sheet));
  const empty = el("p", { class: "sub" });
  const grid = el("div", { class: "scroll" });
  const hint = scrollHint(grid, "matrix");
  const note = el("p", { class: "sub" });
  card.root.append(el("section", { class: "card" }, top.node, empty, hint.node, grid, note));
  /** @type {Array<{row: RaceRow, node: HTMLElement, drawButton: () => void}>} */
  let drawn = [];
  const changed = changes();

  /** The lines with their rows. @returns {Array<Line & {row: RaceRow}>} */
  const lines = () =>
    /** @type {Line[]} */ (card.data.overlap).flatMap((line) => {
      const row = card.data.rows.find((/** @type {RaceRow} */ { key }) => key === line.key);
      return row ? [{ ...line, row }] : [];
    });

  function drawMatrix() {
    const all = lines();
    const shown = all.map(({ row, shares }) => [row.label, shares]);
    if (!changed(card.theme.id, shown)) return;
    const isCompact = all.length > MOST_LARGE;
    drawn = all.map(({ row, shares, chance }, at) => {
      const button = methodButton(
        row.key,
        `${at + 1} ${row.label}`,
        lineSample(lookOf(row.series, card.theme), widthOf(row, card.data.rows)),
      );
      const cells = shares.map((share, other) => cellOf(share, chance[other], isCompact));
      const node = el("tr", {}, el("th", { scope: "row" }, button.node), ...cells);
      highlight.pointsAt(node, row.key);
      return { row, node, drawButton: button.draw };
    });
    const heads = all.map(({ row }, at) =>
      el("th", { scope: "col", title: row.label }, `${at + 1}`),
    );
    const head = el("thead", {}, el("tr", {}, el("th"), ...heads));
    const body = el("tbody", {}, ...drawn.map(({ node }) => node));
    grid.replaceChildren(el("table", { class: isCompact ? "compact" : "" }, head, body));
    setText(note, `${NOTE} ${isCompact ? NOTE_OF_POINTED : NOTE_OF_CHANCE}`);
    const isShown = all.length > 1;
    grid.hidden = note.hidden = !isShown;
    empty.hidden = isShown;
  }

  function drawHighlight() {
    for (const { row, node, drawButton } of drawn) {
      node.classList.toggle("dimmed", !highlight.isLit(row));
      drawButton();
    }
  }

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    const all = lines();
    if (all.length < 2) return null;
    const isCompact = all.length > MOST_LARGE;
    const matrix = all.map(({ row, shares, chance }) => ({
      label: row.label,
      shares,
      ...(isCompact ? {} : { chance }),
    }));
    const text = isCompact ? NOTE : `${NOTE} ${NOTE_OF_CHANCE}`;
    return {
      name: "compare-overlap",
      title: TITLE,
      caption: [text, ...card.data.caption_of_seed],
      drawing: (theme) => overlapDrawing(matrix, theme),
      table: {
        caption: TITLE,
        columns: ["method", "other method", "overlap", "overlap of random masks"],
        rows: () =>
          all.flatMap(({ row, shares, chance }, at) =>
            all
              .slice(0, at)
              .map((other, to) => [row.label, other.row.label, shares[to] ?? "", chance[to] ?? ""]),
          ),
      },
    };
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      seeds.draw(card.data, grid);
      setText(
        empty,
        "The matrix appears here when two methods that remove connections have finished their runs of " +
          `seed ${card.data.seed}.`,
      );
      setText(top.sub, seedText(card.data));
      if (kinds.has("mount") || kinds.has("theme")) drawMatrix();
      hint.draw();
      drawHighlight();
    },
  };
}

/**
 * @param {?number} share @param {?number} chance of random masks; null for the same network
 * @param {boolean} isCompact
 */
function cellOf(share, chance, isCompact) {
  if (!known(share)) return el("td", { title: "Layers of different shapes do not compare." }, "–");
  const { ground, ink } = coloursOf(share);
  const whole = cellText(share, chance);
  const style = `background:${css(ground)};color:${css(ink)}`;
  return el("td", { style, title: isCompact ? whole : "" }, isCompact ? cellText(share) : whole);
}
