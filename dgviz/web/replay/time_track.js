/**
 * A slider over recorded snapshots. All have the same width, since more are recorded when more
 * changes; the epochs below it show the time. Marks above it show changes and events.
 */

import { count, known } from "../core/format.js";
import { collapseSeries, markText, sampleEvenly } from "../core/marks.js";
import { el, setAttribute } from "../kit/dom.js";

const EPOCHS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** More epochs for a short run. */
const [SHORT_RUN, BETWEEN] = [10, [3, 4, 6, 7, 8, 9]];
/** The least distance between two epochs, as a share of the track. */
const LEAST_GAP = 0.07;
const TRIANGLE_PX = 14;

/**
 * @typedef {import("../core/replay.js").Replay} Replay
 * @typedef {import("../core/marks.js").Mark} Mark
 *
 * @param {{seek: (index: number) => void, released: () => void}} handlers
 */
export function timeTrack({ seek, released }) {
  const slider = el("input", {
    type: "range",
    min: "0",
    step: "1",
    "aria-label": "snapshot of the training",
  });
  const marks = el("div", { class: "knob-marks" });
  const epochs = el("div", { class: "epochs", "aria-hidden": "true" });
  const node = el("div", { class: "time-track" }, marks, slider, epochs);
  /** @type {?{steps: number[], changes: number}} */
  let laidOut = null;
  let width = 600;
  slider.addEventListener("input", () => seek(slider.valueAsNumber));
  slider.addEventListener("change", released);

  /**
   * @param {Replay} replay @param {Mark[]} changes
   * @param {string} text of the snapshot at the playhead
   */
  function draw(replay, changes, text) {
    setAttribute(slider, "max", replay.last);
    if (slider.valueAsNumber !== replay.index) slider.value = String(replay.index);
    slider.style.setProperty("--filled", String(replay.index / replay.last));
    setAttribute(slider, "aria-valuetext", text);
    const { steps } = replay;
    if (laidOut?.steps === steps && laidOut.changes === changes.length) return;
    laidOut = { steps, changes: changes.length };
    drawEpochs(replay);
    drawMarks(replay, changes);
  }

  /** @param {Replay} replay */
  function drawEpochs(replay) {
    const { steps, epochsPerStep } = replay;
    epochs.replaceChildren();
    if (!known(epochsPerStep)) return;
    const end = steps[steps.length - 1] * epochsPerStep;
    for (const { epoch, share } of epochTicks(end, (at) => shareOf(replay, at / epochsPerStep))) {
      const label = Number.isInteger(epoch) ? count(epoch) : epoch.toFixed(1);
      epochs.append(el("span", { style: `--at:${share}` }, label));
    }
  }

  /**
   * Draws a triangle for each mark; marks too close to point at share one.
   * @param {Replay} replay @param {Mark[]} changes
   */
  function drawMarks(replay, changes) {
    /** @type {Array<{at: number, changes: Mark[]}>} */
    const groups = [];
    for (const change of sampleEvenly(collapseSeries(changes))) {
      const at = shareOf(replay, change.step);
      const last = groups.at(-1);
      if (last && at - last.at < TRIANGLE_PX / width) last.changes.push(change);
      else groups.push({ at, changes: [change] });
    }
    marks.replaceChildren(...groups.map((group) => markFor(replay, group)));
  }

  /** @param {Replay} replay @param {{at: number, changes: Mark[]}} group */
  function markFor(replay, { at, changes }) {
    const lines = changes.map((change) => `epoch ${change.epoch.toFixed(1)}: ${markText(change)}`);
    const button = el(
      "button",
      {
        type: "button",
        class: "knob-mark",
        style: `--at:${at}`,
        "data-side": at < 0.25 ? "start" : at > 0.75 ? "end" : "middle",
        "aria-label": `${lines.join(", ")}; go there`,
      },
      el("span", { class: "tip" }, lines.join("\n")),
    );
    button.addEventListener("click", () => {
      seek(replay.indexOf(changes[0].step));
      released();
    });
    return button;
  }

  /** Makes the next drawing lay out everything again. */
  function resize() {
    width = slider.clientWidth || width;
    laidOut = null;
  }
  return { node, draw, resize };
}

/**
 * The epochs to write: the last one, round ones that leave room for it, and more for a short run.
 * @param {number} end @param {(epoch: number) => number} shareAt position of an epoch, in [0, 1]
 * @returns {Array<{epoch: number, share: number}>}
 */
export function epochTicks(end, shareAt) {
  /** @type {Array<{epoch: number, share: number}>} */
  const ticks = [];
  for (const epoch of [end, ...EPOCHS, ...(end <= SHORT_RUN ? BETWEEN : [])]) {
    const share = shareAt(epoch);
    const fits = ticks.every((other) => Math.abs(other.share - share) >= LEAST_GAP);
    if (epoch <= end && fits) ticks.push({ epoch, share });
  }
  return ticks;
}

/** Position of a step on the track, in [0, 1]. @param {Replay} replay @param {number} step */
function shareOf({ steps, last }, step) {
  const after = steps.findIndex((at) => at > step);
  if (after <= 0) return after === 0 ? 0 : 1;
  const [from, to] = [steps[after - 1], steps[after]];
  return (after - 1 + (step - from) / (to - from)) / last;
}
