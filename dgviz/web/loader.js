/**
 * Mounts a card. Streamlit imports asynchronously and may pass older data after newer data, so the
 * time of the newest data is kept for each place, and older data are ignored.
 */

/** @type {WeakMap<Node, number>} */
const newest = new WeakMap();

/**
 * @typedef {import("./kit/mounting.js").Component} Component
 * @typedef {Object<string, {mount: (component: Component, modules: Modules) => void}>} Modules all
 *   modules by name
 *
 * @param {string} name of a module that exports `mount`: "live/curves"
 * @param {Component} component the newer of two has the greater `data.issued`; if they are equal, the
 *   later call is newer
 * @param {Modules} modules
 */
export function mount(name, component, modules) {
  const { parentElement: place, data } = component;
  if ((newest.get(place) ?? -Infinity) > data.issued) return;
  newest.set(place, data.issued);
  modules[name].mount(component, modules);
}
