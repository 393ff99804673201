/** Keeps what is pinned in the address. Data: `Pins` of pin.js. */
import { keeper } from "../kit/keeping.js";
import { pinned } from "./pin.js";

export const mount = keeper(pinned, "pinned");
