/** The commands to a run, and when each is possible. */
import { ENDED } from "../core/store.js";

/** Whether no run trains here. @param {RunState} run */
export const isOver = ({ phase }) => ["idle", "elsewhere", ...ENDED].includes(phase);
/** @param {RunState} run */
const isMoving = ({ phase }) => ["running", "paused"].includes(phase);

/**
 * The commands, by their names in Python.
 * @type {Object<string, {label: string, help: string, possible: (run: RunState) => boolean}>}
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
      "Train on. A run that has ended continues from its last checkpoint, or from the start if it " +
      "has none, with its own settings.",
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
 * @typedef {{phase: string, resumable?: boolean}} RunState resumable: whether Resume can continue it
 */

/** The command for a new run. @param {RunState} run @returns {string} */
export const startCommand = (run) => (isOver(run) ? "start" : "restart");

/** The most useful command now, or as soon as the run has started. @param {RunState} run @returns {string} */
export function mainCommand(run) {
  // Nobody wanted an interrupted run to end.
  if (run.phase === "paused" || (run.phase === "interrupted" && run.resumable)) return "resume";
  return isOver(run) ? "start" : "pause";
}

/**
 * State of a card's run, from the server's newest status. Without one, or if the server refuses the
 * page, it is the last state that Python read, so that commands can still be given.
 * @param {import("../kit/mounting.js").Card} card @returns {RunState}
 */
export function runState({ whole: { status }, data }) {
  return !status || status.phase === "lost" ? data : status;
}
