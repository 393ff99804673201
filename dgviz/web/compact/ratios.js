/** Where sparse begins to win: the time of every program at several ratios of active connections. */
import { el, heading, setAttribute, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import { dashesOf, lineSample, ratiosDrawing } from "./ratios_drawing.js";

const TITLE = "Time against kept connections";
const PICTURE_PX = 820;

/**
 * @typedef {Object} Ratios
 * @property {string} setting batch size and threads @property {string} rounds how often it was measured
 * @property {import("./ratios_drawing.js").RatioLine[]} lines dense PyTorch first
 * @property {Array<[ratio: number, tau: number, connections: number, accuracy: ?number]>} networks
 * @property {string[]} notes sentences
 * @property {string[]} caption
 */

/** @param {import("../kit/mounting.js").Component} component data: see `Ratios` */
export const mount = (component) =>
  mountCard(component, { name: "compact-ratios", height: 640, build });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  /** @returns {Ratios} */
  const data = () => card.data;
  const picture = el("div", { class: "picture", role: "img" });
  const legend = el("ul", { class: "lines" });
  const notes = el("div", { class: "notes" });
  const top = heading(TITLE, "", sheetButtons(card, TITLE, sheet));
  card.root.append(el("section", { class: "card" }, top.node, picture, legend, notes));
  /** @type {?number} the line that is pointed at */
  let chosen = null;

  /** @param {?number} at */
  function choose(at) {
    chosen = at;
    drawPicture();
  }

  function drawPicture() {
    const width = picture.clientWidth;
    if (width) picture.replaceChildren(ratiosDrawing(data().lines, chosen, width, card.theme));
  }

  function draw() {
    const { setting, rounds, lines } = data();
    const dashes = dashesOf(lines);
    setText(top.sub, `${setting}, ${rounds}`);
    chosen = null;
    legend.replaceChildren(
      ...lines.map((line, at) => {
        const words = el("span", {}, line.title, el("span", { class: "sub" }, line.begins));
        const entry = el("li", {}, lineSample(line, dashes[at], card.theme), words);
        entry.addEventListener("pointerenter", () => choose(at));
        entry.addEventListener("pointerleave", () => choose(null));
        return entry;
      }),
    );
    notes.replaceChildren(...data().notes.map((text) => el("p", {}, text)));
    setAttribute(picture, "aria-label", `${TITLE}, ${setting}. ${data().notes.join(" ")}`);
    drawPicture();
  }

  /** @returns {import("../kit/sheets.js").Sheet} */
  function sheet() {
    const { setting, lines, networks, notes: sentences, caption } = data();
    const dashes = dashesOf(lines);
    return {
      name: "compact-ratios",
      title: `${TITLE}: ${setting}`,
      caption: [...sentences, ...caption],
      drawing: (theme) => ratiosDrawing(lines, null, PICTURE_PX, theme),
      legend: lines.map((line, at) => ({
        label: line.title,
        sample: lineSample(line, dashes[at], card.theme),
      })),
      table: {
        caption: TITLE,
        columns: [
          "r",
          "τ",
          "connections",
          "validation accuracy",
          ...lines.map(({ title }) => `${title}, µs`),
        ],
        rows: () =>
          networks.map((network) => [
            ...network.map((value) => value ?? ""),
            ...lines.map(({ points }) => points.find(([ratio]) => ratio === network[0])?.[1] ?? ""),
          ]),
      },
    };
  }

  return { draw };
}
