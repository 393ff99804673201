/** The flow on the page: fits its width, and its units can be pointed at and pinned. */

import { el, focusedElement, setText } from "../kit/dom.js";
import { swatch } from "../kit/legend.js";
import { rovingTabindex } from "../kit/roving.js";
import { flowDrawing } from "./digit_flow_drawing.js";
import { pathText } from "./digit_text.js";
import * as pin from "./pin.js";

const NARROW = 900;
const [BESIDE, BELOW] = [470, 440];

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {ReturnType<typeof import("./digit_answer.js").digitAnswer>} answer its bars end the flow
 */
export function digitFlow(card, { bars }) {
  const flow = el("div", { class: "flow" });
  const updateTabindex = rovingTabindex(flow, ".unit-box");
  const [plus, minus] = [swatch("active"), swatch("first")];
  const ink = swatch("inked", "ink that adds nothing");
  const summary = el("p", { class: "path" });
  const legend = el("div", { class: "legend" }, plus.node, minus.node, ink.node);
  const node = el("div", { class: "flow-panel" }, flow, legend, summary);

  /** @type {?ReturnType<typeof flowDrawing>} */
  let drawing = null;

  /** @param {import("./digit_story.js").State} state */
  function draw(state) {
    const { names, probs, k, path } = state;
    setText(summary, pathText(path, names[k]));
    setText(plus.label, `counts for ${names[k]}`);
    setText(minus.label, `counts against ${names[k]}`);
    const { clientWidth: width } = flow;
    if (!width) return;
    const beside = card.root.clientWidth > NARROW;
    const height = beside ? Math.max(BESIDE, bars.node.offsetHeight) : BELOW;
    const focused = /** @type {?HTMLElement} */ (focusedElement(flow))?.dataset.unit;
    drawing = flowDrawing({
      ...state,
      width,
      height,
      target: beside ? bars.middleOf(k) : height / 2,
      name: names[k],
      prob: probs[k],
      pinned: pin.get("unit"),
      theme: card.theme,
    });
    flow.replaceChildren(drawing.node);
    updateTabindex();
    if (!focused) return;
    const box = drawing.node.querySelector(`.unit-box[data-unit="${focused}"]`);
    /** @type {?SVGElement} */ (box)?.focus();
  }

  /** @param {?number} unit */
  const emphasise = (unit) => drawing?.show(unit ?? pin.get("unit"));
  /** @param {Event} event */
  const unitUnder = ({ target }) => {
    /** @type {?HTMLElement} */
    const found = target instanceof Element ? target.closest("[data-unit]") : null;
    const at = found?.dataset.unit;
    return at === undefined ? null : Number(at);
  };
  for (const kind of ["pointerover", "focusin"]) {
    flow.addEventListener(kind, (event) => emphasise(unitUnder(event)));
  }
  for (const kind of ["pointerleave", "focusout"]) {
    flow.addEventListener(kind, () => emphasise(null));
  }
  /** @param {Event} event */
  const press = (event) => {
    const unit = unitUnder(event);
    if (unit !== null) pin.set("unit", pin.get("unit") === unit ? null : unit);
  };
  flow.addEventListener("click", press);
  flow.addEventListener("keydown", (event) => {
    if (event.key === "Escape") pin.set("unit", null);
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press(event);
  });
  return { node, draw, emphasise };
}
