/** What the reader has chosen in the cards of a comparison. `ui/compare/view.py` checks and keeps it. */
import { SharedValues } from "../core/shared_values.js";

/** Strings that mean what they mean there, at first the same ones. */
export const view = new SharedValues({
  highlight: "",
  first: "",
  second: "",
  curve: "test",
  published: "with",
  seed: "0",
});
