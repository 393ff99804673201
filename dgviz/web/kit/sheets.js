/**
 * Downloads of a card: its table, on the page and as CSV, and its picture as PNG and SVG, with title,
 * legend and caption.
 */

import { known, plain, threshold } from "../core/format.js";
import { isDense } from "../core/gates.js";
import { olderWeightsStep } from "../core/store.js";
import { el } from "./dom.js";
import { sheetPicture, toPng } from "./sheet_picture.js";
import { csvOf, showTable } from "./sheet_table.js";

/**
 * @typedef {Object} Sheet
 * @property {string} name of the files
 * @property {string} title
 * @property {string[]} caption lines about the run and its snapshot; see `captionOf`
 * @property {import("./sheet_legend.js").LegendEntry[]} [legend]
 * @property {import("./sheet_picture.js").Panel[]} [panels] grids of cells
 * @property {(theme: import("./theme.js").Theme) => SVGSVGElement|Promise<SVGSVGElement>} [drawing]
 *   any other picture, with width, height and viewBox; its colours are attributes, because the file
 *   has no style sheet
 * @property {import("./sheet_table.js").Table} table
 */

/** Describe the run and the snapshot that is drawn. @param {import("./mounting.js").Card} card */
export function captionOf(card) {
  const { meta } = card.store.gates ?? {};
  if (!meta) return [...(card.data.caption ?? [])];
  const epoch = known(meta.epoch) ? `epoch ${plain(Number(meta.epoch.toFixed(2)))}, ` : "";
  const tau = meta.preview
    ? `, tau ${threshold(card.tau)}`
    : isDense(card.store.gates)
      ? ", all connections active"
      : "";
  const weightsStep = olderWeightsStep(card.store);
  const weights = weightsStep === null ? "" : `, weights of step ${weightsStep}`;
  return [...(card.data.caption ?? []), `${epoch}step ${meta.step}${tau}${weights}`];
}

/**
 * Make four small buttons: table, CSV, PNG, SVG.
 * @param {import("./mounting.js").Card} card
 * @param {string} title of the card, for screen readers
 * @param {() => ?Sheet} sheet called when a button is pressed; null if nothing is drawn
 * @returns {HTMLElement}
 */
export function sheetButtons(card, title, sheet) {
  const group = el("div", {
    class: "segmented sheets",
    role: "group",
    "aria-label": `${title}: table and downloads`,
  });
  /**
   * @param {string} label @param {string} help
   * @param {(made: Sheet) => void|Promise<void>} act
   */
  const button = (label, help, act) => {
    const node = el("button", { type: "button", title: help }, label);
    node.addEventListener("click", () => {
      // While a run trains, the picture can be older than the snapshot that the caption names.
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
    const run = card.data.run ? `-${card.data.run}` : "";
    return `${made.name}${run}${snapshot}.${ending}`;
  };
  /** @param {Sheet} made */
  const drawn = (made) => sheetPicture(made, card.theme);
  button("table", "Show the numbers behind the picture", (made) => showTable(card.root, made));
  button("CSV", "Save the table as CSV", (made) =>
    download(new Blob([csvOf(made.table)], { type: "text/csv" }), fileOf(made, "csv")),
  );
  button("PNG", "Save the picture as PNG", async (made) => {
    const filename = fileOf(made, "png");
    download(await toPng(await drawn(made)), filename);
  });
  button("SVG", "Save the picture as SVG", async (made) => {
    const filename = fileOf(made, "svg");
    const text = new XMLSerializer().serializeToString(await drawn(made));
    download(new Blob([text], { type: "image/svg+xml" }), filename);
  });
  return group;
}

/** @param {Blob} blob @param {string} filename */
export function download(blob, filename) {
  const href = URL.createObjectURL(blob);
  el("a", { href, download: filename }).click();
  // The browser reads the blob some time after the click.
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
