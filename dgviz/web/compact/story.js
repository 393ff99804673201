/** A network on its way from dense to compact: accuracy, sizes and times. */
import { el, heading, setAttribute, setText } from "../kit/dom.js";
import { swatch } from "../kit/legend.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import { barsDrawing, spokenText } from "./bars.js";

const TITLE = "From dense to compact";
const PICTURE_PX = 860;
const [KEPT, ZEROS] = ["weights that are not 0, and biases", "zeros, stored and multiplied too"];
const UNMEASURED = "Not measured on this machine yet: see How fast, below.";

/**
 * @typedef {Object} Accuracy
 * @property {string} label @property {string} value @property {string} note
 *
 * @typedef {Object} Story
 * @property {string} subtitle
 * @property {string} replaced_by the network that is shown next; "" if none is being made
 * @property {Accuracy[]} accuracies on the validation images, in the order of the steps
 * @property {Accuracy} result on the test images
 * @property {import("./bars.js").Measure[]} measures
 * @property {string[]} notes sentences
 * @property {string[]} caption
 */

/** @param {import("../kit/mounting.js").Component} component data: see `Story` */
export const mount = (component) =>
  mountCard(component, { name: "compact-story", height: 600, build });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  /** @returns {Story} */
  const data = () => card.data;
  const accuracies = el("dl", { class: "accuracies" });
  const keys = el(
    "div",
    { class: "legend" },
    swatch("active", KEPT).node,
    swatch("zeros", ZEROS).node,
  );
  const picture = el("div", { class: "picture", role: "img" });
  const notes = el("div", { class: "notes" });
  const top = heading(TITLE, "", sheetButtons(card, TITLE, sheet));
  card.root.append(
    el(
      "section",
      { class: "card" },
      top.node,
      el("h3", {}, "Validation accuracy after each step, and test accuracy at the end"),
      accuracies,
      picture,
      keys,
      notes,
    ),
  );

  function draw() {
    const { subtitle, replaced_by: next, measures, result } = data();
    setText(top.sub, next ? `${subtitle}; it is being replaced by ${next}` : subtitle);
    accuracies.replaceChildren(...[...data().accuracies, result].map(accuracyNode));
    notes.replaceChildren(...data().notes.map((text) => el("p", {}, text)));
    setAttribute(picture, "aria-label", spokenText(measures));
    const width = picture.clientWidth;
    if (width) picture.replaceChildren(barsDrawing(measures, width, card.theme, UNMEASURED));
  }

  /** @returns {import("../kit/sheets.js").Sheet} */
  function sheet() {
    const { subtitle, measures, notes: sentences, caption } = data();
    return {
      name: "compact",
      title: `${TITLE}, ${subtitle}`,
      caption: [accuracyText(data()), ...sentences, ...caption],
      drawing: (theme) => barsDrawing(measures, PICTURE_PX, theme, "Not measured."),
      legend: [
        { label: KEPT, colour: card.theme.active },
        { label: ZEROS, colour: card.theme.closed },
      ],
      table: {
        caption: TITLE,
        columns: ["form", "measure", "value", "of them 0", "compared with dense", "program"],
        rows: () =>
          measures.flatMap(({ name, unit, rows }) =>
            rows.map(({ label, value, zeros, compared, program }) => [
              label,
              unit ? `${name}, ${unit}` : name,
              value ?? "",
              zeros ?? "",
              compared,
              program ?? "",
            ]),
          ),
      },
    };
  }

  return { draw };
}

/** @param {Accuracy} accuracy */
const accuracyNode = ({ label, value, note }) =>
  el(
    "div",
    {},
    el("dt", {}, label),
    el("dd", {}, el("b", {}, value), el("span", { class: "sub" }, note)),
  );

/** "Validation accuracy: as trained 98.02%. Test accuracy: 98.41%." @param {Story} story */
const accuracyText = ({ accuracies, result }) =>
  `Validation accuracy: ${accuracies.map(({ label, value }) => `${label} ${value}`).join(", ")}. ` +
  `Test accuracy: ${result.value}.`;
