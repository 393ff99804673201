/** The smallest network that reaches an accuracy: chosen by validation, reported on test. */
import { plain } from "../core/format.js";
import { el, heading, setAttribute, setText } from "../kit/dom.js";
import { answerText, noneText } from "./fewest_text.js";
import { allTrials, changesMore, subtitle, sweepCard } from "./followed.js";
import { fixedTexts } from "./grid.js";
import { insideOf, insideText } from "./ranges.js";
import { openCell, pointAt, shownEpoch, shownPlane } from "./shown.js";
import { pointed, view } from "./view.js";
import { smallestOf, wantedPercent } from "./wanted.js";

/** @param {import("../kit/mounting.js").Component} component data: {sweep, name, other} */
export const mount = sweepCard("sweep-fewest", 160, build);

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {() => import("./reading.js").Reading} reading
 * @returns {import("../kit/mounting.js").View}
 */
function build(card, reading) {
  const id = `wanted-problem-${card.data.sweep}`;
  const field = el("input", { type: "text", inputmode: "decimal", "aria-describedby": id });
  const label = el("label", {}, "At least ", field, " % on the validation images");
  const problem = el("p", { class: "problem", role: "alert", id });
  const answer = el("p", { class: "found", "aria-live": "polite" });
  const open = el("button", { type: "button", class: "plain" }, "Open this cell");
  const top = heading("The fewest weights for an accuracy", "");
  const wanting = el("div", { class: "wanted" }, label, problem);
  const parts = el("div", { class: "parts" }, wanting, answer, open);
  card.root.append(el("section", { class: "card" }, top.node, parts));
  /** @type {?number} */
  let best = null;
  /** What was asked when the text in the field was refused; null if it is good. @type {?string} */
  let askedBefore = null;

  /** @param {string} text what is wrong with the text in the field; "" if it is good */
  function complain(text) {
    askedBefore = text ? view.get("accuracy") : null;
    setText(problem, text);
    setAttribute(field, "aria-invalid", text !== "");
  }

  field.addEventListener("input", () => {
    const text = field.value.trim().replace(",", ".");
    const isGood = text !== "" && Number(text) >= 0 && Number(text) <= 100;
    complain(
      isGood ? "" : `It must be a number from 0 to 100; it was ‘${field.value.slice(0, 20)}’.`,
    );
    if (isGood) view.set("accuracy", text);
    card.draw("view");
  });
  open.addEventListener("click", () => {
    const { trials } = reading();
    if (trials && best !== null) openCell(trials.grid, best);
  });
  open.addEventListener("pointerenter", () => {
    const { trials } = reading();
    if (trials) pointAt(trials.grid, best);
  });
  open.addEventListener("pointerleave", () => pointed.set("cell", ""));

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      if (!changesMore(kinds)) return;
      const { trials } = reading();
      const wanted = wantedPercent(allTrials(card));
      const text = plain(wanted);
      // Something else was asked since, in the field of another sweep.
      if (askedBefore !== null && askedBefore !== view.get("accuracy")) complain("");
      if (askedBefore === null && Number(field.value.replace(",", ".") || NaN) !== wanted)
        field.value = text;
      best = null;
      setText(top.sub, subtitle(card, ""));
      if (!trials) {
        setText(answer, "");
      } else if (!trials.grid.validation) {
        setText(
          answer,
          "This sweep sets no images aside for validation, so nothing can be chosen by them.",
        );
      } else {
        const { grid } = trials;
        const inside = insideOf(trials, grid.epochs);
        const found = smallestOf(trials, wanted);
        best = found?.number ?? null;
        const after = shownEpoch(grid) < grid.epochs ? " after the last epoch" : "";
        const only =
          inside.cells.length < inside.of
            ? ` Only ${insideText(inside)} are within the ranges${after}, and the others do not count.`
            : "";
        const plane = shownPlane(grid);
        const elsewhere =
          found && !plane.cells.includes(found.number)
            ? ` The landscape shows another part of the grid: ${fixedTexts(grid, plane).join(", ")}.`
            : "";
        // A refused number has no answer: this one is to the number before.
        const earlier = askedBefore === null ? "" : `For ${text}%: `;
        setText(
          answer,
          inside.of && !inside.cells.length
            ? `No cell is within the ranges${after}.`
            : (found
                ? earlier + answerText(trials, found)
                : noneText(trials, inside.of ? inside.cells : trials.cells(grid.epochs), text)) +
                elsewhere +
                only,
        );
      }
      open.style.visibility = best === null ? "hidden" : "";
    },
  };
}
