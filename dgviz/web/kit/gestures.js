/** Turns pointer, wheel and keys into actions on a map: point, pan, zoom, step, reset. */
import { ARROWS, isShortcut } from "./dom.js";

const WHEEL_STEP = 0.0022;
const KEY_ZOOM = 1.5;

/**
 * @param {HTMLElement} stage focusable
 * @param {import("./viewport.js").Viewport} view
 * @param {Object} handlers
 * @param {(at: ?[number, number]) => void} handlers.point where in the window, null when it left
 * @param {(across: number, down: number, factor: number) => void} handlers.zoom
 * @param {(rows: number, cols: number) => void} handlers.step of the keyboard's cursor
 * @param {() => void} handlers.changed after a pan, a reset or the loss of focus
 */
export function listen(stage, view, { point, zoom, step, changed }) {
  /** @type {Map<number, [number, number]>} position in the window, by pointer */
  const fingers = new Map();

  /** @param {MouseEvent} event @returns {[number, number]} in the window */
  const place = ({ clientX, clientY }) => {
    const box = stage.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  };
  const reset = () => {
    view.reset();
    changed();
  };

  stage.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, place(event));
    if (!view.isWhole || fingers.size > 1) stage.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") point(place(event));
  });
  stage.addEventListener("pointermove", (event) => {
    const now = place(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      point(now);
      return;
    }
    if (fingers.size === 2) pinch(event.pointerId, before, now);
    else if (!view.isWhole) {
      view.pan(now[0] - before[0], now[1] - before[1]);
      changed();
    } else point(now);
    fingers.set(event.pointerId, now);
  });

  /** @param {number} id @param {[number, number]} before @param {[number, number]} now */
  function pinch(id, before, now) {
    const [, other] = [...fingers].find(([key]) => key !== id) ?? [id, now];
    /** @param {[number, number]} p */
    const apart = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1e-3;
    zoom((now[0] + other[0]) / 2, (now[1] + other[1]) / 2, apart(now) / apart(before));
    view.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    changed();
  }

  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    stage.addEventListener(end, ({ pointerId }) => fingers.delete(pointerId));
  }
  stage.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType !== "touch") point(null);
  });
  // After a tap or an arrow key there is no pointer that leaves.
  stage.addEventListener("blur", changed);
  stage.addEventListener("dblclick", reset);
  stage.addEventListener(
    "wheel",
    (event) => {
      const zooms = event.ctrlKey || event.metaKey || stage.matches(":focus");
      // When the whole picture is in sight, turning the wheel outward scrolls the page.
      if (!zooms || (view.isWhole && event.deltaY > 0 && !event.ctrlKey)) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      zoom(...place(event), Math.exp(-event.deltaY * lines * WHEEL_STEP));
    },
    { passive: false },
  );
  stage.addEventListener("keydown", (event) => {
    if (isShortcut(event)) return;
    const arrow = ARROWS[event.key];
    const times = event.shiftKey ? 10 : 1;
    if (arrow) step(arrow[0] * times, arrow[1] * times);
    else if (event.key === "+" || event.key === "=") zoom(0.5, 0.5, KEY_ZOOM);
    else if (event.key === "-" || event.key === "_") zoom(0.5, 0.5, 1 / KEY_ZOOM);
    else if (event.key === "0") reset();
    else if (event.key === "Escape") stage.blur();
    else return;
    event.preventDefault();
  });
}
