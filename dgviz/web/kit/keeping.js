/** Components without a view, which send shared values to Python. Python adds them to the URL. */
import { Echoes } from "../core/echoes.js";
import { sendState } from "../core/telling.js";

const SETTLING_MS = 300;
/**
 * @typedef {import("./mounting.js").Component} Component
 * @typedef {{component: Component, synced: string, echoes: Echoes<string>, timer: number, stop: () => void}} Place
 * synced: the values that Python has, as JSON; stop: ends the subscription
 */

/**
 * @param {import("../core/shared_values.js").SharedValues<any>} values
 * @param {string} state the name under which Python gets all of them
 * @returns {(component: Component) => void} mounts the component; data: the values that Python has
 */
export function keeper(values, state) {
  /** @type {WeakMap<Node, Place>} */
  const places = new WeakMap();
  /** whether the reader has changed a value that Python does not have yet */
  let isUnsent = false;
  let isFromPython = false;
  values.subscribe(() => {
    isUnsent ||= !isFromPython;
  });

  /** @param {Component} component */
  function mount(component) {
    const { parentElement, data } = component;
    const known = places.get(parentElement);
    const place = known ?? subscribe(component);
    place.component = component;
    const given = textOf(data);
    // Data that has not changed, or is what was sent before, must not overwrite a newer value, which has
    // not reached Python yet.
    if (place.echoes.isEcho(given) || place.synced === given) return;
    place.synced = given;
    // Cards can be used before this component is mounted.
    if (!known && isUnsent) sendSoon(place);
    else take(data);
  }

  /** The values among these data, as JSON. @param {Object<string, unknown>} data */
  const textOf = (data) => JSON.stringify(Object.keys(values.all).map((name) => data[name]));

  /** @param {Object<string, unknown>} data */
  function take(data) {
    isFromPython = true;
    for (const name of Object.keys(values.all)) values.set(name, data[name]);
    isFromPython = isUnsent = false;
  }

  /** @param {Component} component */
  function subscribe(component) {
    const { parentElement } = component;
    /** @type {Place} */
    const place = { component, synced: "", echoes: new Echoes(), timer: 0, stop: () => {} };
    places.set(parentElement, place);
    place.stop = values.subscribe(() => sendSoon(place));
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
    const given = textOf(values.all);
    if (given === place.synced) return;
    place.synced = given;
    place.echoes.add(given);
    sendState(place.component, state, { ...values.all });
  }
  return mount;
}
