/** The knobs: a slider over each knob's stops, and a field for the values between them. */
import { knobRow } from "./knob_row.js";
import { mountCard } from "./mounting.js";

/** @param {Object} component data: {knobs: import("./knob_row.js").Knob[]}; each knob's name is
 * a state key */
export const mount = (component) => mountCard(component, { name: "knobs", height: 200, build });

/** @param {import("./mounting.js").Card} card */
function build(card) {
  const rows = new Map();

  function draw(kinds) {
    if (!kinds.has("mount")) return;
    const { knobs } = card.data;
    for (const knob of knobs) {
      if (!rows.has(knob.name)) {
        rows.set(knob.name, knobRow((value) => card.component.setStateValue(knob.name, value)));
      }
      rows.get(knob.name).update(knob);
    }
    for (const name of rows.keys()) {
      if (!knobs.some((knob) => knob.name === name)) rows.delete(name);
    }
    const wanted = knobs.map(({ name }) => rows.get(name).node);
    const present = [...card.root.children];
    // Moving a slider in the document would end the drag that is under way on it.
    if (wanted.some((node, i) => node !== present[i]) || wanted.length !== present.length) {
      card.root.replaceChildren(...wanted);
    }
  }
  return { draw };
}
