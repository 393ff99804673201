/**
 * The browser's history. Streamlit adds an entry for every change of the address, so that three
 * presses of an arrow key would take three Backs. Here only another run makes an entry: what is
 * turned, scrubbed, pinned or searched for replaces the entry that it belongs to. Two runs ticked so
 * quickly that one rerun answers both make one entry.
 */

/** How long Python may take to read the address after Back or Forward. */
const ANSWER_MS = 1500;
let travelled = -Infinity;

/**
 * How long a card should wait before it tells Python what nobody has asked for: a message that comes
 * before the address has been read makes Streamlit forget that Back or Forward was pressed.
 * @returns {number} milliseconds
 */
export const untilRead = () => Math.max(0, travelled + ANSWER_MS - performance.now());

/** @param {{search: string}} address */
const runs = (address) => new URLSearchParams(address.search).getAll("run").join();

/**
 * Whether Back should return from `next` to `now`.
 * @param {{pathname: string, search: string}} now @param {{pathname: string, search: string}} next
 * @param {boolean} acted whether the reader has done anything since `now` was opened; a page that
 *   completes the address it was opened with is no step
 */
export const isStep = (now, next, acted) =>
  now.pathname !== next.pathname || (acted && runs(now) !== runs(next));

/**
 * Makes `page.history.pushState` add an entry for a step only, and replace the present one
 * otherwise.
 * @param {Window} page
 */
export function watch(page) {
  const { history, location } = page;
  const push = history.pushState.bind(history);
  let acted = false;
  for (const kind of ["click", "keydown"]) {
    page.addEventListener(kind, () => (acted = true), { capture: true });
  }
  page.addEventListener("popstate", () => {
    acted = false;
    travelled = performance.now();
  });
  history.pushState = (state, unused, url) => {
    const step = isStep(location, new URL(url ?? location.href, location.href), acted);
    if (!step) return history.replaceState(state, unused, url);
    acted = false;
    return push(state, unused, url);
  };
}

let watching = false;

/** Nothing to see; the first call on a page does it for good. */
export function mount() {
  if (!watching) watch(window);
  watching = true;
}
