/** The table of a comparison, a row for each method and target ratio, and its files. */
import { el, heading, onPress, setEnabled, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { download } from "../kit/sheets.js";
import * as highlight from "./highlight.js";
import { methodButton } from "./method_button.js";
import { changes, looksOf } from "./rebuilding.js";
import { lineSample } from "./samples.js";
import { scrollHint } from "./scroll_hint.js";
import { lookOf, widthOf } from "./series.js";
import { seedText } from "./view_choice.js";

/** @type {Array<[string, string, string]>} name in the data, label, and media type */
const FILES = [
  ["csv", "CSV", "text/csv"],
  ["latex", "LaTeX", "application/x-tex"],
  ["markdown", "Markdown", "text/markdown"],
];
/** @type {Object<string, string>} */
const ENDINGS = { csv: "csv", latex: "tex", markdown: "md" };

/**
 * @typedef {Object} Table
 * @property {string[]} columns after the method's
 * @property {string[]} caption lines beneath it
 * @property {number} opens the column whose cells are links to the runs
 * @property {Array<{key: string, cells: string[], runs: string}>} rows runs: address of its runs, or ""
 */

/**
 * @param {import("../kit/mounting.js").Component} component data: {rows, table, files, seed, seeds}
 */
export const mount = (component) =>
  mountCard(component, {
    name: "race-table",
    height: 160,
    shared: { highlight: highlight.subscribe },
    build,
  });

/** A cell that breaks neither at "±" or "of" nor in a range. @param {string} cell */
const unbroken = (cell) =>
  cell.replaceAll(/ (±|of) /g, "\u00a0$1\u00a0").replaceAll(/(\S)–(\S)/g, "$1\u2060–\u2060$2");

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const buttons = FILES.map(([name, label, type]) => {
    const button = el("button", { type: "button", title: `Save the table as ${label}` }, label);
    onPress(button, () =>
      download(new Blob([card.data.files[name]], { type }), `compare.${ENDINGS[name]}`),
    );
    return button;
  });
  const group = { class: "segmented sheets", role: "group", "aria-label": "Save the table" };
  const top = heading("Results", "", el("div", group, ...buttons));
  const grid = el("div", { class: "scroll" });
  const hint = scrollHint(grid, "table");
  const empty = el("p", { class: "sub" }, "A row appears here when its first run has finished.");
  const notes = el("div", { class: "notes" });
  card.root.append(el("section", { class: "card" }, top.node, empty, hint.node, grid, notes));
  /** @type {Array<{row: import("./race.js").RaceRow, node: HTMLElement, drawButton: () => void}>} */
  let lines = [];
  const changed = changes();

  function drawTable() {
    /** @type {Table} */
    const table = card.data.table;
    /** @type {import("./race.js").RaceRow[]} */
    const rows = card.data.rows;
    if (!changed(card.theme.id, table, looksOf(rows))) return;
    const head = table.columns.map((name) => el("th", { scope: "col" }, name));
    lines = table.rows.flatMap(({ key, cells, runs }) => {
      const row = rows.find((one) => one.key === key);
      return row ? [lineOf(row, cells, runs)] : [];
    });
    const body = el("tbody", {}, ...lines.map(({ node }) => node));
    const names = el("tr", {}, el("th", { scope: "col" }, "Method"), ...head);
    grid.replaceChildren(el("table", {}, el("thead", {}, names), body));
    // Nothing tells that the pointer has left a row that was replaced.
    highlight.point(null);
    grid.hidden = lines.length === 0;
    empty.hidden = !grid.hidden;
    for (const button of buttons) setEnabled(button, lines.length > 0);
    notes.replaceChildren(...table.caption.map((text) => el("p", { class: "sub" }, text)));
  }

  /** @param {import("./race.js").RaceRow} row @param {string[]} cells @param {string} runs */
  function lineOf(row, cells, runs) {
    const width = widthOf(row, card.data.rows);
    const sample = lineSample(lookOf(row.series, card.theme), width);
    const button = methodButton(row.key, row.title, sample);
    const open = el("a", { href: runs, target: "_blank", title: "Open on the Runs page" });
    const filled = cells.map((cell, at) => {
      const text = unbroken(cell);
      if (at !== card.data.table.opens || !runs) return el("td", {}, text);
      open.append(text);
      return el("td", {}, open);
    });
    const node = el("tr", {}, el("th", { scope: "row" }, button.node), ...filled);
    highlight.pointsAt(node, row.key);
    return { row, node, drawButton: button.draw };
  }

  function drawHighlight() {
    for (const { row, node, drawButton } of lines) {
      node.classList.toggle("dimmed", !highlight.isLit(row));
      node.classList.toggle("chosen", highlight.isChosen(row));
      drawButton();
    }
  }

  return {
    /** @param {Set<string>} kinds */
    draw: (kinds) => {
      setText(top.sub, seedText(card.data) || "mean ± standard deviation over the seeds");
      if (kinds.has("mount") || kinds.has("theme")) drawTable();
      hint.draw();
      drawHighlight();
    },
  };
}
