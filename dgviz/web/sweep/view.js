/** What the reader has chosen in the cards of a sweep. `ui/sweep/view.py` checks and keeps it. */
import { SharedValues } from "../core/shared_values.js";

/** Strings that mean what they mean there; "" stands for what is shown at first. */
export const view = new SharedValues({
  x: "",
  y: "",
  figure: "",
  epoch: "",
  fixed: "",
  cell: "",
  lines: "",
  show: "",
  accuracy: "",
  ranges: "",
});

/** The number of the cell under the pointer or the keyboard's cursor. */
export const pointed = new SharedValues({ cell: /** @type {?number} */ (null) });
