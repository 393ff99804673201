/** The table behind a picture: as CSV, and to read on the page. */

import { count, known, plain } from "../core/format.js";
import { el } from "../kit/dom.js";

/** Beyond this many the browser takes noticeably long to lay a table out. */
const MOST_CELLS = 20_000;

/**
 * @typedef {Object} Table
 * @property {string} caption
 * @property {string[]} columns
 * @property {() => Array<Array<string|number>>} rows
 */

/**
 * Seven digits are all that a 32-bit number knows; an unknown figure is an empty cell.
 * @param {unknown} value
 */
const cellOf = (value) => {
  if (typeof value === "number") return known(value) ? String(Number(value.toPrecision(7))) : "";
  const words = String(value ?? "");
  // A spreadsheet takes such text for a formula: the apostrophe makes it text, as in spreadsheets.py.
  const text = /^[=+\-@\t\r＝＋－＠]/.test(words) ? `'${words}` : words;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Header and rows, as RFC 4180 has them. @param {Table} table @returns {string} */
export const csvOf = ({ columns, rows }) =>
  [columns, ...rows()].map((row) => `${row.map(cellOf).join(",")}\r\n`).join("");

/** @param {unknown} value */
const words = (value) =>
  typeof value !== "number"
    ? String(value ?? "")
    : Number.isInteger(value)
      ? count(value).replace("-", "−")
      : plain(Number(value.toPrecision(4)));

/**
 * Shows the table over the page, until it is closed.
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
          words(value),
        ),
      ),
    ),
  );
  const title = el("caption", {}, table.caption, el("small", {}, caption.join(" · ")));
  const grid = el("table", {}, title, el("thead", {}, head), el("tbody", {}, ...body));
  const close = el("button", { type: "button", class: "plain" }, "Close");
  const told =
    rows.length > most
      ? `The first ${count(most)} of ${count(rows.length)} rows; the CSV has them all.`
      : `${count(rows.length)} rows.`;
  const scroll = el("div", { class: "scroll", tabindex: "0" }, grid);
  const dialog = el(
    "dialog",
    { class: "sheet", "aria-label": table.caption },
    scroll,
    el("div", { class: "foot" }, el("span", { class: "sub" }, told), close),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  // Keys are the table's own while it is open.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  place.append(dialog);
  dialog.showModal();
}
