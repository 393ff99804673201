/** The table of a sheet: as CSV, and on the page. */

import { count, known, MINUS, plain, UNKNOWN } from "../core/format.js";
import { el } from "./dom.js";

/** A larger table would take the browser noticeably long to lay out. */
const MOST_CELLS = 20_000;
/** Of a number in the dialog: its digits, and the decimals that all numbers of a column may have. */
const [DIGITS, MOST_DECIMALS] = [4, 5];

/**
 * @typedef {Object} Table
 * @property {string} caption
 * @property {string[]} columns
 * @property {() => Array<Array<string|number>>} rows
 */

/**
 * Format a CSV cell: numbers with the seven digits of a 32-bit float, unknown ones empty.
 * @param {unknown} value
 */
const cellOf = (value) => {
  if (typeof value === "number") return known(value) ? String(Number(value.toPrecision(7))) : "";
  const string = String(value ?? "");
  // A spreadsheet would read this as a formula; the apostrophe prevents that, as in spreadsheets.py.
  const text = /^[=+\-@\t\r＝＋－＠]/.test(string) ? `'${string}` : string;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Format a table as CSV (RFC 4180). @param {Table} table @returns {string} */
export const csvOf = ({ columns, rows }) =>
  [columns, ...rows()].map((row) => `${row.map(cellOf).join(",")}\r\n`).join("");

/**
 * The texts of a column. Its numbers have four digits at least, and as many decimals each; where that
 * would be too many, as for values from 0.0001 to 10, each has its own.
 * @param {unknown[]} values
 */
export function columnTexts(values) {
  const decimals = values.map((value) => (typeof value === "number" ? decimalsOf(value) : 0));
  const most = decimals.reduce((a, b) => Math.max(a, b), 0);
  return values.map((value, at) => {
    if (typeof value !== "number") return String(value ?? "");
    if (!known(value)) return UNKNOWN;
    const digits = most > MOST_DECIMALS ? decimals[at] : most;
    return value
      .toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits })
      .replace("-", MINUS);
  });
}

/** How many a number has if it is rounded to four digits. @param {number} value */
const decimalsOf = (value) => plain(Number(value.toPrecision(DIGITS))).split(".")[1]?.length ?? 0;

/**
 * Show the table in a dialog.
 * @param {HTMLElement} place the card's root @param {import("./sheets.js").Sheet} sheet
 */
export function showTable(place, { table, caption }) {
  const rows = table.rows();
  const most = Math.max(1, Math.floor(MOST_CELLS / table.columns.length));
  const head = el("tr", {}, ...table.columns.map((name) => el("th", { scope: "col" }, name)));
  const shown = rows.slice(0, most);
  const texts = table.columns.map((_, column) => columnTexts(shown.map((row) => row[column])));
  const body = shown.map((row, at) =>
    el(
      "tr",
      {},
      ...row.map((value, i) =>
        el(
          i ? "td" : "th",
          {
            ...(i ? {} : { scope: "row" }),
            class: typeof value === "number" ? "number" : "text",
          },
          texts[i][at],
        ),
      ),
    ),
  );
  const lines = el("div", {}, table.caption, el("small", {}, caption.join(" · ")));
  const title = el("caption", {}, lines);
  const grid = el("table", {}, title, el("thead", {}, head), el("tbody", {}, ...body));
  const close = el("button", { type: "button", class: "plain" }, "Close");
  const rowsText =
    rows.length > most
      ? `The first ${count(most)} of ${count(rows.length)} rows; the CSV has all rows.`
      : `${count(rows.length)} rows.`;
  const scroll = el("div", { class: "scroll", tabindex: "0" }, grid);
  const dialog = el(
    "dialog",
    { class: "sheet", "aria-label": table.caption },
    scroll,
    el("div", { class: "foot" }, el("span", { class: "sub" }, rowsText), close),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  // While the dialog is open, its keys do not reach the page.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  place.append(dialog);
  dialog.showModal();
}
