/** What is pinned on a page, told to Python, which keeps it in the link; nothing to see. */
import { sendState } from "../core/telling.js";
import * as pin from "./pin.js";

const SETTLING_MS = 300;
/** @typedef {{component: Component, heard: string, timer: number}} Place */

/** @type {WeakMap<Node, Place>} */
const places = new WeakMap();

/**
 * @typedef {import("../kit/mounting.js").Component} Component
 *
 * @param {Component} component data: {pixel: ?number, unit: ?number}; tells "pinned": the same
 */
export function mount(component) {
  const { parentElement, data } = component;
  const place = places.get(parentElement) ?? begin(component);
  place.component = component;
  const wish = JSON.stringify([data.pixel, data.unit]);
  // Only what is new from Python: a pin set on the page since is on its way there.
  if (place.heard === wish) return;
  place.heard = wish;
  pin.set("pixel", data.pixel);
  pin.set("unit", data.unit);
}

/** @param {Component} component */
function begin(component) {
  const { parentElement } = component;
  /** @type {Place} */
  const place = { component, heard: "", timer: 0 };
  places.set(parentElement, place);
  const stop = pin.subscribe(() => {
    clearTimeout(place.timer);
    place.timer = setTimeout(() => {
      if (!parentElement.isConnected) stop();
      else report(place);
    }, SETTLING_MS);
  });
  return place;
}

/** @param {Place} place */
function report(place) {
  const pinned = { pixel: pin.get("pixel"), unit: pin.get("unit") };
  const wish = JSON.stringify([pinned.pixel, pinned.unit]);
  if (wish === place.heard) return;
  place.heard = wish;
  sendState(place.component, "pinned", pinned);
}
