/** The status line: phase, progress and identity of the run. */

import { count, duration, known, ordinal } from "../core/format.js";
import { lastMove } from "../core/marks.js";
import { resender, sendState } from "../core/telling.js";
import { el, setAttribute, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { msUntilRead } from "../shell/history.js";

/** A change on this page arrives before its own rerun has ended, which must not be interrupted. */
const RERUN_MS = 1500;

/** @type {Object<string, string>} by phase */
const LABELS = {
  idle: "ready",
  connecting: "connecting",
  queued: "queued",
  starting: "starting",
  running: "training",
  paused: "paused",
  stopping: "stopping",
  finished: "finished",
  stopped: "stopped",
  failed: "failed",
  interrupted: "interrupted",
  elsewhere: "training elsewhere",
  lost: "unavailable",
  unconnected: "connection lost",
};

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, phase, knobs, hint}
 */
export const mount = (component) =>
  mountCard(component, { name: "status", height: 44, follows: true, build });

/**
 * @typedef {import("../core/store.js").Status} Status
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const chip = el("span", { class: "chip", role: "status", "aria-live": "polite" });
  const progress = el("span", { class: "progress-words" });
  const identity = el("span", { class: "identity" });
  const filling = el("div");
  const bar = el(
    "div",
    {
      class: "bar",
      role: "progressbar",
      "aria-valuemin": "0",
    },
    filling,
  );
  const line = el("div", { class: "line" }, chip, " ", progress, " ", identity);
  card.root.append(line, bar);
  /** @type {Object<string, any>} */
  let sent = {};
  let knobTimer = 0;
  let sendTimer = 0;
  const resending = resender(() => {
    sent.phase = card.data.phase;
    draw();
  });

  /** Sends a value to Python, which then reruns the page. @param {string} name @param {unknown} value */
  function send(name, value) {
    const { run = null, phase } = card.data;
    if (sent.run !== run) {
      sent = { run, phase };
      resending.reset();
    }
    if (value === sent[name] || value === card.data[name]) return;
    if (msUntilRead()) {
      sendTimer ||= setTimeout(() => {
        sendTimer = 0;
        draw();
      }, msUntilRead());
      return;
    }
    sent[name] = value;
    sendState(card.component, name, value);
    if (value === "lost") resending.schedule();
  }

  /** Whether a knob has another value than on the page: another tab has moved it. */
  const movedElsewhere = () =>
    Object.entries(card.data.knobs ?? {}).some(([name, value]) => {
      const last = lastMove(card.whole.marks, name);
      return last && last.to !== value;
    });

  function watchKnobs() {
    if (knobTimer || !movedElsewhere()) return;
    knobTimer = setTimeout(() => {
      knobTimer = 0;
      if (movedElsewhere()) send("turns", card.whole.marks.length);
    }, RERUN_MS);
  }

  function draw() {
    const { status, connection, problem } = card.whole;
    const phase = card.data.run == null ? "idle" : (status?.phase ?? "connecting");
    const unconnected = connection === "lost" && phase !== "lost";
    setAttribute(chip, "data-phase", unconnected ? "unconnected" : phase);
    setText(chip, LABELS[unconnected ? "unconnected" : phase] ?? phase);
    setText(
      progress,
      unconnected ? "trying to connect again" : progressText(phase, status, card.data.hint),
    );
    const hasReason = ["failed", "interrupted", "lost"].includes(phase);
    const warning = (!hasReason && problem) || status?.warning;
    setText(identity, warning || identityText(status));
    setAttribute(line, "data-sentences", Boolean(warning || status?.reason));
    const teacher = phase === "starting" ? status?.teacher : undefined;
    const [epoch, epochs] = teacher ?? [status?.epoch ?? 0, status?.epochs ?? 1];
    filling.style.transform = `scaleX(${Math.min(1, (epoch ?? 0) / epochs)})`;
    setAttribute(bar, "aria-label", teacher ? "epochs of the teacher trained" : "epochs trained");
    setAttribute(bar, "aria-valuemax", String(epochs));
    setAttribute(bar, "aria-valuenow", String(Math.floor(epoch ?? 0)));
    if (status) send("phase", phase);
    watchKnobs();
  }

  function dispose() {
    for (const timer of [knobTimer, sendTimer]) clearTimeout(timer);
    knobTimer = sendTimer = 0;
    resending.stop();
  }
  return { draw, dispose };
}

/**
 * @param {string} phase @param {?Status} status @param {string} [hint] while there is no run
 * @returns {string}
 */
function progressText(phase, status, hint) {
  if (phase === "idle") return hint ?? "";
  if (!status) return "";
  if (phase === "lost") return status.reason ?? "";
  if (phase === "queued") {
    const place = known(status.place) ? `${ordinal(status.place)} in the queue` : "in the queue";
    return `${place} · starts when a run ends; a paused run keeps its place`;
  }
  if (phase === "starting") {
    if (!status.teacher) return "starting the training process";
    const [epoch, epochs] = status.teacher;
    return epoch == null
      ? "waiting for the teacher for this seed, which another run trains"
      : `a teacher is trained first, once for each seed: epoch ${epoch} of ${epochs}`;
  }
  // No longer than the text before it, so that the page does not move.
  if (phase === "stopping") return "saving after this step · press Stop again to end now";
  if (phase === "failed") return status.reason || "The run failed without giving a reason.";
  if (phase === "interrupted") return status.reason || "The training process has ended.";
  if (!known(status.epochs)) return "";
  const parts = [
    phase === "finished"
      ? `${count(status.epochs)} ${status.epochs === 1 ? "epoch" : "epochs"}`
      : `epoch ${(status.epoch ?? 0).toFixed(1)} of ${count(status.epochs)}`,
  ];
  if (phase === "elsewhere") parts.push("another process is training this run");
  if (phase === "paused" && known(status.step)) parts.push(`step ${count(status.step)}`);
  if (known(status.seconds_per_epoch)) {
    parts.push(`${duration(status.seconds_per_epoch)} per epoch`);
  }
  if (phase === "running" && known(status.seconds_left)) {
    parts.push(`${duration(status.seconds_left)} left`);
  }
  if (phase === "stopped" && status.reason) parts.push(status.reason);
  return parts.join(" · ");
}

/** "paper · seed 0 · MNIST" @param {?Status} status @returns {string} */
export function identityText(status) {
  if (!status) return "";
  const seed = known(status.seed) ? `seed ${status.seed}` : null;
  return [status.method, roundText(status), status.preset, seed, status.title ?? status.dataset]
    .filter(Boolean)
    .join(" · ");
}

/** "round 2 of 5" of a method that trains in rounds, while it trains. @param {Status} status */
function roundText({ phase, rounds = 1, epoch = 0, epochs = 1 }) {
  if (rounds === 1 || !["running", "paused"].includes(phase)) return "";
  return `round ${Math.min(rounds, Math.floor((epoch * rounds) / epochs) + 1)} of ${rounds}`;
}
