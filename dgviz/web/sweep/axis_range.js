/** A range on one axis: drawn with the pointer, or by two sliders that the keyboard moves. */
import { el, isShortcut, setAttribute, throttle } from "../kit/dom.js";
import { movedBy } from "./range_keys.js";
import { tidied } from "./ranges.js";

/** An end is taken by a pointer at most so far from it, and a drag begins after so many pixels. */
const [NEAR_PX, DRAG_PX] = [9, 4];
/** During a drag the range follows the pointer, and the cards of the page at most so often. */
const CARDS_MS = 100;

/**
 * @typedef {import("./parallel_plan.js").PlannedAxis} PlannedAxis
 * @typedef {import("./ranges.js").Range} Range
 *
 * @typedef {Object} Shown
 * @property {PlannedAxis} axis @property {boolean} isLying
 * @property {?Range} range @property {(end: 0|1) => string} textOf the end, for a screen reader
 *
 * @param {(range: ?Range) => void} onChange null for none
 * @returns {{node: HTMLElement, show: (shown: Shown) => void}}
 */
export function axisRange(onChange) {
  const [least, most] = ["least", "most"].map(() =>
    el("i", { role: "slider", tabindex: "0", "aria-valuemin": 0, "aria-valuemax": 100 }),
  );
  const ends = [least, most];
  const bar = el("b");
  const node = el("div", { class: "axis-range" }, bar, least, most);
  /** @type {?Shown} */
  let shown = null;
  /** whether the last press changed a range or removed one */
  let isAboutRange = false;
  /** @type {?Range} what the reader wants by now */
  let wanted = null;
  const tell = throttle(CARDS_MS, () => onChange(wanted));

  /** @param {Shown} next */
  function show(next) {
    shown = next;
    const { axis, isLying, range, textOf } = next;
    const shares = axis.sharesOf(range);
    node.classList.toggle("lying", isLying);
    node.classList.toggle("limited", range !== null);
    const [start, size] = isLying ? ["left", "width"] : ["bottom", "height"];
    bar.style.cssText = `${start}:${100 * shares[0]}%;${size}:${100 * (shares[1] - shares[0])}%`;
    ends.forEach((end, at) => {
      end.style.cssText = `${start}:${100 * shares[at]}%`;
      setAttribute(end, "aria-label", `${axis.dimension.title}, ${at ? "most" : "least"}`);
      setAttribute(end, "aria-orientation", isLying ? "horizontal" : "vertical");
      setAttribute(end, "aria-valuenow", Math.round(100 * shares[at]));
      setAttribute(end, "aria-valuetext", textOf(at ? 1 : 0));
    });
  }

  /** @param {number} from @param {number} to shares, in any order */
  const change = (from, to) => {
    const [low, high] = [from, to].sort((a, b) => a - b);
    if (!shown) return;
    const { axis } = shown;
    wanted = tidied(axis.dimension, axis.rangeAt(Math.max(0, low), Math.min(1, high)));
    show({ ...shown, range: wanted });
    tell();
  };

  function remove() {
    wanted = null;
    tell.now();
  }

  ends.forEach((end, at) => {
    end.addEventListener("keydown", (event) => {
      if (!shown || isShortcut(event)) return;
      const { axis, range } = shown;
      const shares = axis.sharesOf(range);
      const share = movedBy(axis, shares, at ? 1 : 0, event.key);
      if (event.key === "Escape") remove();
      else if (share !== null) {
        shares[at] = share;
        change(shares[0], shares[1]);
      } else return;
      event.preventDefault();
    });
  });

  /** Where the pointer is along the axis, as a share. @param {PointerEvent} event */
  function shareAt({ clientX, clientY }) {
    const box = node.getBoundingClientRect();
    return shown?.isLying ? (clientX - box.left) / box.width : (box.bottom - clientY) / box.height;
  }

  node.addEventListener("pointerdown", (event) => {
    if (!shown || event.button) return;
    const { axis, isLying, range } = shown;
    const start = shareAt(event);
    const [from, to] = axis.sharesOf(range);
    const near = NEAR_PX / (isLying ? node.clientWidth : node.clientHeight);
    const distances = [Math.abs(start - from), Math.abs(start - to)];
    const nearest = distances[1] < distances[0] ? 1 : 0;
    const takesEnd = distances[nearest] <= near;
    const moves = !takesEnd && range !== null && start > from && start < to;
    let isDragged = false;
    isAboutRange = range !== null;
    const ending = new AbortController();
    const { signal } = ending;
    node.setPointerCapture(event.pointerId);
    ends[nearest].focus({ preventScroll: true });
    event.preventDefault();
    node.addEventListener(
      "pointermove",
      (moved) => {
        isDragged ||=
          Math.hypot(moved.clientX - event.clientX, moved.clientY - event.clientY) >= DRAG_PX;
        if (!isDragged) return;
        isAboutRange = true;
        const now = shareAt(moved);
        if (takesEnd) change(nearest ? from : to, now);
        else if (moves) {
          const by = Math.min(1 - to, Math.max(-from, now - start));
          change(from + by, to + by);
        } else change(start, now);
      },
      { signal },
    );
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      node.addEventListener(
        end,
        ({ type }) => {
          ending.abort();
          if (isDragged) tell.now();
          else if (type === "pointerup") remove();
        },
        { signal },
      );
    }
  });
  // A click that was about a range opens no cell. Without one it may: a finger beside an axis is taken
  // to be on it.
  node.addEventListener("click", (event) => {
    if (isAboutRange) event.stopPropagation();
  });
  return { node, show };
}
