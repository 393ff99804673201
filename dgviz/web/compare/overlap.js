/** How much the active connections of each two methods overlap, as a matrix. */
import { cividis, css, luminance } from "../core/colours.js";
import { known } from "../core/format.js";
import { el, heading } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import * as highlight from "./highlight.js";
import { methodButton } from "./method_button.js";

const TITLE = "Overlap of the masks";
const NOTE =
  "Connections of the first layer that are active in both networks, over those active in one or both; " +
  "in brackets that of random masks of the same sizes. Seed 0.";

/**
 * @typedef {Object} Line of the matrix
 * @property {string} key of its row
 * @property {Array<?number>} shares its overlap with each line, in [0, 1]
 * @property {Array<?number>} chance that of random masks
 *
 * @typedef {import("./race.js").RaceRow} RaceRow
 */

/** @param {import("../kit/mounting.js").Component} component data: {rows, overlap, caption} */
export const mount = (component) =>
  mountCard(component, {
    name: "race-overlap",
    height: 160,
    shared: { highlight: highlight.subscribe },
    build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const top = heading(TITLE, "", sheetButtons(card, TITLE, sheet));
  const empty = el(
    "p",
    { class: "sub" },
    "The matrix appears here when two methods have finished.",
  );
  const grid = el("div", { class: "scroll" });
  const note = el("p", { class: "sub" }, NOTE);
  card.root.append(el("section", { class: "card" }, top.node, empty, grid, note));
  /** @type {Array<{row: RaceRow, node: HTMLElement, drawButton: () => void}>} */
  let drawn = [];
  let listed = "";

  /** The lines with their rows. @returns {Array<Line & {row: RaceRow}>} */
  const lines = () =>
    /** @type {Line[]} */ (card.data.overlap).flatMap((line) => {
      const row = card.data.rows.find((/** @type {RaceRow} */ { key }) => key === line.key);
      return row ? [{ ...line, row }] : [];
    });

  function drawMatrix() {
    const all = lines();
    const shape = JSON.stringify([
      card.theme.id,
      all.map(({ row, shares }) => [row.label, shares]),
    ]);
    if (shape === listed) return;
    listed = shape;
    drawn = all.map(({ row, shares, chance }, at) => {
      const button = methodButton(row.key, `${at + 1} ${row.label}`, row.series, card.theme);
      const cells = shares.map((share, other) => cellOf(share, chance[other], at === other));
      const node = el("tr", {}, el("th", { scope: "row" }, button.node), ...cells);
      highlight.pointsAt(node, row.key);
      return { row, node, drawButton: button.draw };
    });
    const heads = all.map(({ row }, at) =>
      el("th", { scope: "col", title: row.label }, `${at + 1}`),
    );
    const head = el("thead", {}, el("tr", {}, el("td"), ...heads));
    grid.replaceChildren(el("table", {}, head, el("tbody", {}, ...drawn.map(({ node }) => node))));
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
    const size = all.length;
    const shares = all.flatMap((line) => line.shares);
    return {
      name: "compare-overlap",
      title: TITLE,
      caption: [
        all.map(({ row }, at) => `${at + 1} ${row.label}`).join(", "),
        NOTE,
        ...card.data.caption,
      ],
      legend: [{ label: "overlap", colours: SCALE, low: "0", high: "1" }],
      panels: [
        {
          title: `columns and rows 1 to ${size}, from the upper left`,
          width: size,
          height: size,
          colourOf: (cell) => {
            const share = shares[cell];
            return known(share) ? cividis(share) : null;
          },
        },
      ],
      table: {
        caption: TITLE,
        columns: ["method", ...all.map(({ row }) => row.label)],
        rows: () => all.map(({ row, shares: own }) => [row.label, ...own.map((x) => x ?? "")]),
      },
    };
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      if (kinds.has("mount") || kinds.has("theme")) drawMatrix();
      drawHighlight();
    },
  };
}

const SCALE = Array.from({ length: 12 }, (_, i) => cividis(i / 11));

/** @param {?number} share @param {?number} chance @param {boolean} isSame network */
function cellOf(share, chance, isSame) {
  if (!known(share)) return el("td", { title: "Layers of different shapes do not compare." }, "–");
  const ground = cividis(share);
  const ink = luminance(ground) < 0.5 ? "#fff" : "#16191d";
  const text = isSame || !known(chance) ? "" : ` (${chance.toFixed(2)})`;
  const style = `background:${css(ground)};color:${ink}`;
  return el("td", { style }, `${share.toFixed(2)}${text}`);
}
