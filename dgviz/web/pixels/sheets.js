/**
 * What stands behind a picture, to take away: its table, on the page and as CSV, and the picture
 * itself as PNG and SVG, with its title, its legend and its run's card.
 */

import { known, plain, threshold } from "../core/format.js";
import { isDense } from "../core/gates.js";
import { olderWeightsStep } from "../core/store.js";
import { el } from "../kit/dom.js";
import { sheetPicture, toPng } from "./sheet_picture.js";
import { csvOf, showTable } from "./sheet_table.js";

/**
 * @typedef {Object} Sheet
 * @property {string} name of the files
 * @property {string} title
 * @property {string[]} caption the run's card; see `captionOf`
 * @property {import("./sheet_legend.js").LegendEntry[]} [legend]
 * @property {import("./sheet_picture.js").Panel[]} [panels] grids of cells
 * @property {(theme: import("../kit/theme.js").Theme) => SVGSVGElement} [drawing] what is no grid:
 *   with width, height and viewBox, its colours in attributes, since style sheets stay behind
 * @property {import("./sheet_table.js").Table} table
 */

/** The run's card, and the snapshot that is drawn. @param {import("../kit/mounting.js").Card} card */
export function captionOf(card) {
  const { meta } = card.store.gates ?? {};
  if (!meta) return [...(card.data.caption ?? [])];
  const epoch = known(meta.epoch) ? `epoch ${plain(Number(meta.epoch.toFixed(2)))}, ` : "";
  const tau = meta.preview
    ? `, tau ${threshold(card.tau)}`
    : isDense(card.store.gates)
      ? ", all connections active"
      : "";
  const aged = olderWeightsStep(card.store);
  const weights = aged === null ? "" : `, weights of step ${aged}`;
  return [...(card.data.caption ?? []), `${epoch}step ${meta.step}${tau}${weights}`];
}

/**
 * Four small buttons: table, CSV, PNG, SVG.
 * @param {import("../kit/mounting.js").Card} card
 * @param {string} title of what they are for, to tell them from those of other cards
 * @param {() => ?Sheet} sheet called when a button is pressed; null while there is nothing
 * @returns {HTMLElement}
 */
export function sheetButtons(card, title, sheet) {
  const group = el("div", {
    class: "segmented sheets",
    role: "group",
    "aria-label": `${title}: table and downloads`,
  });
  /**
   * @param {string} words @param {string} help
   * @param {(made: Sheet) => void|Promise<void>} act
   */
  const button = (words, help, act) => {
    const node = el("button", { type: "button", title: help }, words);
    node.addEventListener("click", () => {
      // While a run trains the picture is some snapshots behind: its caption must be of the same one.
      card.draw("mount");
      const made = sheet();
      if (made) void act(made);
    });
    group.append(node);
  };
  /** @param {Sheet} made @param {string} ending */
  const fileOf = (made, ending) => {
    const { meta } = card.store.gates ?? {};
    const snapshot = meta ? `-step-${meta.step}` : "";
    return `${made.name}-${card.data.run}${snapshot}.${ending}`;
  };
  /** @param {Sheet} made */
  const drawn = (made) => sheetPicture(made, card.theme);
  button("table", "Show the numbers behind the picture", (made) => showTable(card.root, made));
  button("CSV", "Save the table as CSV", (made) =>
    download(new Blob([csvOf(made.table)], { type: "text/csv" }), fileOf(made, "csv")),
  );
  button("PNG", "Save the picture as PNG", async (made) => {
    const filename = fileOf(made, "png");
    download(await toPng(drawn(made)), filename);
  });
  button("SVG", "Save the picture as SVG", (made) => {
    const text = new XMLSerializer().serializeToString(drawn(made));
    download(new Blob([text], { type: "image/svg+xml" }), fileOf(made, "svg"));
  });
  return group;
}

/** @param {Blob} blob @param {string} filename */
function download(blob, filename) {
  const href = URL.createObjectURL(blob);
  el("a", { href, download: filename }).click();
  // The browser takes the blob up after the click has been dealt with.
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
