/** A component without a view: sends the pins to Python, which adds them to the URL. */
import { sendState } from "../core/telling.js";
import * as pin from "./pin.js";

const SETTLING_MS = 300;
/** @typedef {{component: Component, synced: string, timer: number}} Place */

/** @type {WeakMap<Node, Place>} */
const places = new WeakMap();

/**
 * @typedef {import("../kit/mounting.js").Component} Component
 *
 * @param {Component} component data: {pixel: ?number, unit: ?number}; sends "pinned": the same
 */
export function mount(component) {
  const { parentElement, data } = component;
  const place = places.get(parentElement) ?? subscribe(component);
  place.component = component;
  const state = JSON.stringify([data.pixel, data.unit]);
  // Data that has not changed must not overwrite a newer pin, which has not reached Python yet.
  if (place.synced === state) return;
  place.synced = state;
  pin.set("pixel", data.pixel);
  pin.set("unit", data.unit);
}

/** @param {Component} component */
function subscribe(component) {
  const { parentElement } = component;
  /** @type {Place} */
  const place = { component, synced: "", timer: 0 };
  places.set(parentElement, place);
  const stop = pin.subscribe(() => {
    clearTimeout(place.timer);
    place.timer = setTimeout(() => {
      if (!parentElement.isConnected) stop();
      else send(place);
    }, SETTLING_MS);
  });
  return place;
}

/** @param {Place} place */
function send(place) {
  const pinned = { pixel: pin.get("pixel"), unit: pin.get("unit") };
  const state = JSON.stringify([pinned.pixel, pinned.unit]);
  if (state === place.synced) return;
  place.synced = state;
  sendState(place.component, "pinned", pinned);
}
