/**
 * Mounts a card. Streamlit imports before it calls, and may hand over older data after newer data:
 * the newest data of every place are noted, and nothing older is mounted there.
 */

const newest = new WeakMap();

/**
 * @param {string} name of a module that exports `mount`: "live/curves"
 * @param {{parentElement: Node, data: {issued: number}}} component Streamlit's. Of two for the same
 *   place the newer one has the greater `issued`; where they are equal, the later call is newer
 * @param {Object<string, Object>} modules all there are, by their names
 */
export function mount(name, component, modules) {
  const { parentElement: place, data } = component;
  if (newest.get(place) > data.issued) return;
  newest.set(place, data.issued);
  modules[name].mount(component, modules);
}
