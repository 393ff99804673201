/** Keeps what the reader has chosen in the cards in the address. Data: see `view`. */
import { keeper } from "../kit/keeping.js";
import { view } from "./view.js";

export const mount = keeper(view, "chosen");
