/** The live knobs in the sidebar: a slider over each knob's stops, and a field for other values. */

import { mountCard } from "../kit/mounting.js";
import { knobRows } from "./knob_rows.js";

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, ...}; see
 *   knob_rows.js
 */
export const mount = (component) =>
  mountCard(component, {
    name: "knobs",
    height: 200,
    channels: ["masks"],
    previews: true,
    follows: true,
    build: knobRows,
  });
