/** What can be asked of a run, and when. */
import { ENDED } from "../core/store.js";

/** @param {Standing} run */
const isOver = ({ phase }) => ["idle", "elsewhere", ...ENDED].includes(phase);
/** @param {Standing} run */
const isMoving = ({ phase }) => ["running", "paused"].includes(phase);

/**
 * By the name that Python knows it by: the words on its button, its help, when it makes sense.
 * @type {Object<string, {label: string, help: string, possible: (run: Standing) => boolean}>}
 */
export const COMMANDS = {
  start: {
    label: "Start",
    help: "Train a new run with the settings as they are now.",
    possible: isOver,
  },
  restart: {
    label: "Restart",
    help: "Stop this run and train a new one with the settings as they are now.",
    possible: isMoving,
  },
  pause: {
    label: "Pause",
    help: "Wait after this step.",
    possible: ({ phase }) => phase === "running",
  },
  resume: {
    label: "Resume",
    help:
      "Train on. A run that has ended goes on from its last checkpoint, or begins again from the " +
      "start where it has none, with its own settings.",
    possible: ({ phase, resumable }) => phase === "paused" || Boolean(resumable),
  },
  batch: {
    label: "+1 batch",
    help: "Train on one more batch, then pause.",
    possible: isMoving,
  },
  epoch: {
    label: "+1 epoch",
    help: "Train to the end of this epoch, then pause.",
    possible: isMoving,
  },
  stop: {
    label: "Stop",
    help: "End this run. Its charts stay, and Resume can continue it.",
    possible: (run) => !isOver(run),
  },
};

/**
 * @typedef {{phase: string, resumable?: boolean}} Standing resumable: whether it has ended before
 *   its time, with something to go on from
 */

/** What begins a new run. @param {Standing} run @returns {string} */
export const beginning = (run) => (isOver(run) ? "start" : "restart");

/** What makes most sense now, or as soon as the run has started. @param {Standing} run @returns {string} */
export function mainCommand(run) {
  if (run.phase === "paused") return "resume";
  return isOver(run) ? "start" : "pause";
}

/**
 * How the run of a card stands, by the newest word of the server. A page that it has told nothing
 * yet, or refuses to tell, goes by what its script has last seen, and can give commands all the same.
 * @param {import("../kit/mounting.js").Card} card @returns {Standing}
 */
export function standing({ whole: { status }, data }) {
  return !status || status.phase === "lost" ? data : status;
}
