/** A component without a view: sends the pins to Python, which adds them to the URL. */
import { sendState } from "../core/telling.js";
import * as pin from "./pin.js";

const SETTLING_MS = 300;
/**
 * @typedef {{component: Component, synced: string, timer: number, stop: () => void}} Place
 * synced: the pins that Python has, as JSON; stop: ends the subscription
 */

/** @type {WeakMap<Node, Place>} */
const places = new WeakMap();

/** whether the user has changed a pin that Python does not have yet */
let isUnsent = false;
let isFromPython = false;
pin.subscribe(() => {
  isUnsent ||= !isFromPython;
});

/**
 * @typedef {import("../kit/mounting.js").Component} Component
 *
 * @param {Component} component data: {pixel: ?number, unit: ?number}; sends "pinned": the same
 */
export function mount(component) {
  const { parentElement, data } = component;
  const known = places.get(parentElement);
  const place = known ?? subscribe(component);
  place.component = component;
  const state = JSON.stringify([data.pixel, data.unit]);
  // Data that has not changed must not overwrite a newer pin, which has not reached Python yet.
  if (place.synced === state) return;
  place.synced = state;
  // Cards can be used before this component is mounted.
  if (!known && isUnsent) sendSoon(place);
  else take(data);
}

/** Pin what Python has. @param {{pixel: ?number, unit: ?number}} pinned */
function take({ pixel, unit }) {
  isFromPython = true;
  pin.set("pixel", pixel);
  pin.set("unit", unit);
  isFromPython = isUnsent = false;
}

/** @param {Component} component */
function subscribe(component) {
  const { parentElement } = component;
  /** @type {Place} */
  const place = { component, synced: "", timer: 0, stop: () => {} };
  places.set(parentElement, place);
  place.stop = pin.subscribe(() => sendSoon(place));
  return place;
}

/** @param {Place} place */
function sendSoon(place) {
  clearTimeout(place.timer);
  place.timer = setTimeout(() => {
    isUnsent = false;
    if (place.component.parentElement.isConnected) send(place);
    else place.stop();
  }, SETTLING_MS);
}

/** @param {Place} place */
function send(place) {
  const pinned = { pixel: pin.get("pixel"), unit: pin.get("unit") };
  const state = JSON.stringify([pinned.pixel, pinned.unit]);
  if (state === place.synced) return;
  place.synced = state;
  sendState(place.component, "pinned", pinned);
}
