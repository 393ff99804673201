/**
 * The threshold under the finger. While tau is dragged every picture on the page is drawn with it,
 * though the trainer still uses its own; the preview ends when the trainer has taken it over.
 */
import { canPreview } from "./gates.js";

const PATIENCE_MS = 3000;
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {?number} */
let tau = null;
/** @type {?number} */
let settled = null;
let touched = false;
let timer = 0;
let drawing = 0;

/** @returns {?number} the previewed tau, or null while there is none */
export const get = () => tau;

/** @param {?number} value a preview of what is drawn already is none */
export function set(value) {
  clearTimeout(timer);
  const next = value === settled ? null : value;
  if (next === tau) return;
  tau = next;
  plan();
}

/**
 * Whether a finger is on the slider, though it may not have moved: what is needed for a preview is
 * fetched then.
 * @param {boolean} isTouched
 */
export function touch(isTouched) {
  if (isTouched === touched) return;
  touched = isTouched;
  plan();
}

/** Whether a preview is shown or may be shown soon. */
export const isLikely = () => touched || tau !== null;

function plan() {
  if (!drawing) drawing = requestAnimationFrame(draw);
}

function draw() {
  drawing = 0;
  for (const listener of listeners) listener();
}

/** The finger has let go: the trainer has three seconds to answer with this tau. */
export function release() {
  clearTimeout(timer);
  if (tau !== null) timer = setTimeout(() => set(null), PATIENCE_MS);
}

/** A snapshot has come from a trainer whose knob stands at `value`. @param {number} value */
export function confirm(value) {
  settled = value;
  if (tau !== null && Math.abs(tau - value) <= 1e-9) set(null);
}

/** @param {() => void} listener called at most once a animation snapshot @returns {() => void} stops it */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether a tau is being tried on this snapshot. @param {?import("./gates.js").Snapshot} snapshot */
export const isPreviewing = (snapshot) => tau !== null && canPreview(snapshot);

/**
 * The threshold to draw a snapshot with: the one under the finger, as the trainer's schedule would
 * have it, or else the snapshot's own.
 * @param {import("./gates.js").Snapshot} snapshot @returns {number}
 */
export function tauFor(snapshot) {
  const { tau: own, tau_knob: knob } = snapshot.meta;
  if (tau === null || !canPreview(snapshot)) return own;
  return own === knob || !knob ? tau : tau * (own / knob);
}
