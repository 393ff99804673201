/** The table of a sheet: as CSV, and on the page. */

import { count, known, plain } from "../core/format.js";
import { el } from "./dom.js";

/** A larger table would take the browser noticeably long to lay out. */
const MOST_CELLS = 20_000;

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

/** @param {unknown} value */
const cellText = (value) =>
  typeof value !== "number"
    ? String(value ?? "")
    : Number.isInteger(value)
      ? count(value).replace("-", "−")
      : plain(Number(value.toPrecision(4)));

/**
 * Show the table in a dialog.
 * @param {HTMLElement} place the card's root @param {import("./sheets.js").Sheet} sheet
 */
export function showTable(place, { table, caption }) {
  const rows = table.rows();
  const most = Math.max(1, Math.floor(MOST_CELLS / table.columns.length));
  const head = el("tr", {}, ...table.columns.map((name) => el("th", { scope: "col" }, name)));
  const body = rows.slice(0, most).map((row) =>
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
          cellText(value),
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
