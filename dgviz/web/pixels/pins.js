/** Keeps what is pinned in the address. Data: {pixel: ?number, unit: ?number, route: ?number}. */
import { keeper } from "../kit/keeping.js";
import { pinned } from "./pin.js";

export const mount = keeper(pinned, "pinned");
