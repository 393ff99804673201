/**
 * Imports a card's module and mounts it. Imports end in any order, and Streamlit, which imports as
 * well before it calls, may hand over older data after newer data. So the newest data of every place
 * are noted at once, before anything is waited for, and nothing else is mounted there.
 */
import { el } from "./kit/dom.js";

const NOT_LOADED = "This card could not be loaded from the server. Reload the page.";
const newest = new WeakMap();
const excuses = new WeakMap();

const importModule = (name) => import(`./${name}.js`);

/**
 * @param {string} name of a module below this folder that exports `mount`: "live/curves"
 * @param {{parentElement: Node, data: {issued: number}}} component Streamlit's. Of two for the same
 *   place the newer one has the greater `issued`; where they are equal, the later call is newer
 * @param {(name: string) => Promise<{mount: (component: Object) => void}>} [load]
 */
export async function mount(name, component, load = importModule) {
  const { parentElement: place, data } = component;
  if (newest.get(place)?.data.issued > data.issued) return;
  newest.set(place, component);
  let card = null;
  try {
    card = await load(name);
  } catch (problem) {
    console.error(problem);
  }
  if (newest.get(place) !== component) return;
  excuses.get(place)?.remove();
  if (card) card.mount(component);
  else excuse(place);
}

/** Says that there is no card; the next change of the card's data tries again. */
function excuse(place) {
  const words = el("p", { role: "alert" }, NOT_LOADED);
  excuses.set(place, words);
  place.append(words);
}
