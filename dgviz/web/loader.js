/**
 * Mounts a card. Streamlit imports before it calls, and may hand over older data after newer data:
 * the newest data of every place are noted, and nothing older is mounted there.
 */

/** @type {WeakMap<Node, number>} */
const newest = new WeakMap();
/** What cards and boards put into their places. */
const OURS = ".dgviz, .board, link";

/**
 * @typedef {import("./kit/mounting.js").Component} Component
 * @typedef {Object<string, {mount: (component: Component, modules: Modules) => void}>} Modules all
 *   there are, by their names
 *
 * @param {string} name of a module that exports `mount`: "live/curves"
 * @param {Component} component of two for the same place the newer one has the greater
 *   `data.issued`; where they are equal, the later call is newer
 * @param {Modules} modules
 */
export function mount(name, component, modules) {
  const { parentElement: place, data } = component;
  if ((newest.get(place) ?? -Infinity) > data.issued) return;
  if (!newest.has(place)) clear(place);
  newest.set(place, data.issued);
  modules[name].mount(component, modules);
}

/**
 * Removes the cards of another version: the server was upgraded while the page was open.
 * @param {Component["parentElement"]} place
 */
function clear(place) {
  for (const node of [...place.children]) if (node.matches(OURS)) node.remove();
}
