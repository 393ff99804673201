/**
 * The browser's history. Streamlit adds an entry for every change of the address, so that undoing
 * three presses of an arrow key would take three Backs. Here only another run or sweep adds an entry: a
 * moved knob or playhead, a pin or a search replaces the present one. Two runs ticked within one rerun
 * make one entry.
 */

/** The time that Python may take to read the address after Back or Forward. */
const READ_MS = 1500;
let popTime = -Infinity;

/**
 * Time that a card must wait before it sends Python a value that the reader did not cause. A message
 * before the address has been read makes Streamlit ignore Back or Forward.
 * @returns {number} milliseconds
 */
export const msUntilRead = () => Math.max(0, popTime + READ_MS - performance.now());

/** The runs or the sweep that the page is about. @param {{search: string}} address */
function subjectsOf({ search }) {
  const query = new URLSearchParams(search);
  return ["run", "sweep", "folder"].flatMap((name) => query.getAll(name)).join();
}

/**
 * Whether `next` should be a new entry, so that Back returns to `now`.
 * @param {{pathname: string, search: string}} now @param {{pathname: string, search: string}} next
 * @param {boolean} acted whether the reader has acted since `now` was opened; without an action the
 *   page only completes its own address
 */
export const isStep = (now, next, acted) =>
  now.pathname !== next.pathname || (acted && subjectsOf(now) !== subjectsOf(next));

/**
 * Makes `page.history.pushState` replace the present entry unless `isStep`.
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
    popTime = performance.now();
  });
  history.pushState = (state, unused, url) => {
    const isNew = isStep(location, new URL(url ?? location.href, location.href), acted);
    if (!isNew) return history.replaceState(state, unused, url);
    acted = false;
    return push(state, unused, url);
  };
}

let watching = false;

/** Starts watching the page, once. This module draws nothing. */
export function mount() {
  if (!watching) watch(window);
  watching = true;
}
