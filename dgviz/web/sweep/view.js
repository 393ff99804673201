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

/**
 * The cell under the pointer or the keyboard's cursor, by the values of its axes as in `view`: two sweeps
 * on a page do not number their cells alike. "" for none. See `shown.pointedCell`.
 */
export const pointed = new SharedValues({ cell: "" });
