/** The measured speed of every program for a network, at one batch size and number of threads. */
import { el, heading, setAttribute, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import { markSample, speedDrawing } from "./speed_drawing.js";

const TITLE = "Speed against dense PyTorch";
const PICTURE_PX = 820;

/**
 * @typedef {import("./speed_drawing.js").Saving} Saving
 *
 * @typedef {Object} Speed
 * @property {string} setting batch size and threads @property {string} rounds how often it was measured
 * @property {import("./speed_drawing.js").SpeedRow[]} rows the fastest first
 * @property {{[saving in Saving]: string}} savings what each kind of program does
 * @property {string[]} notes sentences
 * @property {string[]} caption
 */

/** @param {import("../kit/mounting.js").Component} component data: see `Speed` */
export const mount = (component) =>
  mountCard(component, { name: "compact-speed", height: 460, build });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  /** @returns {Speed} */
  const data = () => card.data;
  const kinds = () => /** @type {Array<[Saving, string]>} */ (Object.entries(data().savings));
  const legend = el("div", { class: "legend" });
  const picture = el("div", { class: "picture", role: "img" });
  const notes = el("div", { class: "notes" });
  const top = heading(TITLE, "", sheetButtons(card, TITLE, sheet));
  card.root.append(el("section", { class: "card" }, top.node, legend, picture, notes));

  function draw() {
    const { setting, rounds, rows } = data();
    setText(top.sub, `${setting}, ${rounds}`);
    legend.replaceChildren(
      ...kinds().map(([saves, text]) =>
        el("span", { class: "key" }, markSample(saves, card.theme), text),
      ),
    );
    notes.replaceChildren(...data().notes.map((text) => el("p", {}, text)));
    const spoken = rows.map(({ title, time, times }) => `${title} ${time}, ${times} as fast`);
    setAttribute(picture, "aria-label", `${TITLE}, ${setting}: ${spoken.join("; ")}.`);
    const width = picture.clientWidth;
    if (width) picture.replaceChildren(speedDrawing(rows, width, card.theme));
  }

  /** @returns {import("../kit/sheets.js").Sheet} */
  function sheet() {
    const { setting, rows, notes: sentences, caption } = data();
    return {
      name: "compact-speed",
      title: `${TITLE}: ${setting}`,
      caption: [...sentences, ...caption],
      drawing: (theme) => speedDrawing(rows, PICTURE_PX, theme),
      legend: kinds().map(([saves, label]) => ({ label, sample: markSample(saves, card.theme) })),
      table: {
        caption: TITLE,
        columns: [
          "program",
          "what it computes",
          "time, µs",
          "against dense",
          "against dense, lower quartile",
          "against dense, upper quartile",
        ],
        rows: () =>
          rows.map(({ title, form, microseconds, speedup, low, high }) => [
            title,
            form,
            microseconds,
            speedup,
            low,
            high,
          ]),
      },
    };
  }

  return { draw };
}
