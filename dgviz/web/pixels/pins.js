/** Keeps the pinned pixel and unit in the address. Data: {pixel: ?number, unit: ?number}. */
import { keeper } from "../kit/keeping.js";
import { pinned } from "./pin.js";

export const mount = keeper(pinned, "pinned");
