/**
 * A preview of tau. While tau is dragged, every picture is drawn with it, though the trainer still
 * uses its own value. The preview ends when the trainer uses the new one.
 */
import { canPreview } from "./gates.js";

const TIMEOUT_MS = 3000;
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {?number} */
let tau = null;
/** @type {?number} the trainer's own value */
let confirmed = null;
let touched = false;
let timer = 0;
let drawing = 0;

/** @returns {?number} the previewed tau, or null while there is none */
export const get = () => tau;

/** Starts, moves or ends the preview. @param {?number} value null or the trainer's own to end it */
export function set(value) {
  clearTimeout(timer);
  const next = value === confirmed ? null : value;
  if (next === tau) return;
  tau = next;
  plan();
}

/**
 * Sets whether the slider is pressed. The data for a preview are fetched before the slider moves.
 * @param {boolean} isTouched
 */
export function touch(isTouched) {
  if (isTouched === touched) return;
  touched = isTouched;
  plan();
}

/** Whether a preview is shown or may start soon. */
export const isLikely = () => touched || tau !== null;

function plan() {
  if (!drawing) drawing = requestAnimationFrame(draw);
}

function draw() {
  drawing = 0;
  for (const listener of listeners) listener();
}

/** Ends the preview after a time, in case the trainer does not take the value over. */
export function release() {
  clearTimeout(timer);
  if (tau !== null) timer = setTimeout(() => set(null), TIMEOUT_MS);
}

/** Records the trainer's own value, which ends a preview of it. @param {number} value */
export function confirm(value) {
  confirmed = value;
  if (tau !== null && Math.abs(tau - value) <= 1e-9) set(null);
}

/**
 * @param {() => void} listener called at most once in an animation frame
 * @returns {() => void} unsubscribes it
 */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether this snapshot is drawn with a preview. @param {?import("./gates.js").Snapshot} snapshot */
export const isPreviewing = (snapshot) => tau !== null && canPreview(snapshot);

/**
 * The threshold to draw a snapshot with: the previewed one, scaled as the trainer's schedule would,
 * or the snapshot's own.
 * @param {import("./gates.js").Snapshot} snapshot @returns {number}
 */
export function tauFor(snapshot) {
  const { tau: own, tau_knob: knob } = snapshot.meta;
  if (tau === null || !canPreview(snapshot)) return own;
  return own === knob || !knob ? tau : tau * (own / knob);
}
