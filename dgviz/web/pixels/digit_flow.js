/** The flow on the page: fits its width, and its units can be pointed at and pinned. */

import { el, focusedElement, setText } from "../kit/dom.js";
import { swatch } from "../kit/legend.js";
import { rovingTabindex } from "../kit/roving.js";
import { flowDrawing } from "./digit_flow_drawing.js";
import { pathText } from "./digit_text.js";
import * as pin from "./pin.js";
import { shownRoute } from "./shown_route.js";

const NARROW = 900;
const [BESIDE, BELOW] = [470, 440];

/**
 * The pinned unit among the drawn ones. @param {import("./digit_path.js").Path} path
 * @returns {?number} its index in the chain
 */
function pinnedIn({ strongest }) {
  const [unit, route] = [pin.get("unit"), shownRoute() - 1];
  const found = strongest.find(
    ({ place }) => place?.unit === unit && (place?.route ?? route) === route,
  );
  return found?.unit ?? null;
}

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
  /** @type {?import("./digit_path.js").Path} */
  let shown = null;

  /** @param {import("./digit_story.js").State} state */
  function draw(state) {
    const { names, k, path } = state;
    shown = path;
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
      pinned: pinnedIn(state.path),
      theme: card.theme,
    });
    flow.replaceChildren(drawing.node);
    updateTabindex();
    if (!focused) return;
    const box = drawing.node.querySelector(`.unit-box[data-unit="${focused}"]`);
    /** @type {?SVGElement} */ (box)?.focus();
  }

  /** @param {?number} unit */
  const emphasise = (unit) => drawing?.show(unit ?? (shown && pinnedIn(shown)));
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
    const place = shown?.strongest.find((part) => part.unit === unit)?.place;
    if (!place || !shown) return;
    const isPinned = pinnedIn(shown) === unit;
    if (place.route !== null) pin.set("route", place.route + 1);
    pin.set("unit", isPinned ? null : place.unit);
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
