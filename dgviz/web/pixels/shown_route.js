/**
 * The route that all cards of the page show: the pinned one, or else the one that the digit of the
 * story mostly takes.
 */
import { SharedValues } from "../core/shared_values.js";
import * as pin from "./pin.js";

/** @type {{route: ?number}} from 1; null while no digit is classified, and for a chain */
const none = { route: null };
/** The route with the largest share of the digit. */
export const ofDigit = new SharedValues(none);

/** @returns {number} from 1 */
export const shownRoute = () => pin.get("route") ?? ofDigit.get("route") ?? 1;

/** @param {() => void} listener called when it may be another one @returns {() => void} stops it */
export function onChange(listener) {
  const stops = [pin.pinned, ofDigit].map((values) => values.changesOf("route")(listener));
  return () => stops.forEach((stop) => stop());
}
