/**
 * A slider over recorded snapshots. Each is as wide as any other, for they are recorded where most of
 * it happens; the epochs written below it say how time runs. Marks above it say what was changed.
 */

import { count, known } from "../core/format.js";
import { collapseSeries, markText, sampleEvenly } from "../core/marks.js";
import { el, setAttribute } from "../kit/dom.js";

const EPOCHS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Written as well where a run is so short that they leave no gaps of other lengths. */
const [SHORT_RUN, BETWEEN] = [10, [3, 4, 6, 7, 8, 9]];
/** The least distance between two epochs written, as a share of the track. */
const APART = 0.07;
const TRIANGLE_PX = 14;

/**
 * @typedef {import("../core/replay.js").Replay} Replay
 * @typedef {import("../core/marks.js").Mark} Mark
 *
 * @param {{seek: (index: number) => void, settle: () => void}} wishes settle: it was let go of
 */
export function timeTrack({ seek, settle }) {
  const slider = el("input", {
    type: "range",
    min: "0",
    step: "1",
    "aria-label": "snapshot of the training",
  });
  const marks = el("div", { class: "knob-marks" });
  const epochs = el("div", { class: "epochs", "aria-hidden": "true" });
  const node = el("div", { class: "time-track" }, marks, slider, epochs);
  /** @type {?{steps: number[], turns: number}} */
  let laidOut = null;
  let width = 600;
  slider.addEventListener("input", () => seek(slider.valueAsNumber));
  slider.addEventListener("change", settle);

  /**
   * @param {Replay} replay @param {Mark[]} turns
   * @param {string} words of the snapshot at the playhead
   */
  function draw(replay, turns, words) {
    setAttribute(slider, "max", replay.last);
    if (slider.valueAsNumber !== replay.index) slider.value = String(replay.index);
    slider.style.setProperty("--filled", String(replay.index / replay.last));
    setAttribute(slider, "aria-valuetext", words);
    const { steps } = replay;
    if (laidOut?.steps === steps && laidOut.turns === turns.length) return;
    laidOut = { steps, turns: turns.length };
    drawEpochs(replay);
    drawMarks(replay, turns);
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
   * Marks too close to be pointed at one by one share a triangle.
   * @param {Replay} replay @param {Mark[]} turns
   */
  function drawMarks(replay, turns) {
    /** @type {Array<{at: number, turns: Mark[]}>} */
    const groups = [];
    for (const turn of sampleEvenly(collapseSeries(turns))) {
      const at = shareOf(replay, turn.step);
      const last = groups.at(-1);
      if (last && at - last.at < TRIANGLE_PX / width) last.turns.push(turn);
      else groups.push({ at, turns: [turn] });
    }
    marks.replaceChildren(...groups.map((group) => markFor(replay, group)));
  }

  /** @param {Replay} replay @param {{at: number, turns: Mark[]}} group */
  function markFor(replay, { at, turns }) {
    const words = turns.map((turn) => `epoch ${turn.epoch.toFixed(1)}: ${markText(turn)}`);
    const button = el(
      "button",
      {
        type: "button",
        class: "knob-mark",
        style: `--at:${at}`,
        "data-side": at < 0.25 ? "start" : at > 0.75 ? "end" : "middle",
        "aria-label": `${words.join(", ")}; go there`,
      },
      el("span", { class: "tip" }, words.join("\n")),
    );
    button.addEventListener("click", () => {
      seek(replay.indexOf(turns[0].step));
      settle();
    });
    return button;
  }

  /** Lays everything out anew at the next drawing. */
  function resize() {
    width = slider.clientWidth || width;
    laidOut = null;
  }
  return { node, draw, resize };
}

/**
 * The epochs to be written: the last one, the round ones that leave room for it, and of a short run
 * all that fit.
 * @param {number} end @param {(epoch: number) => number} shareAt where an epoch lies, in [0, 1]
 * @returns {Array<{epoch: number, share: number}>}
 */
export function epochTicks(end, shareAt) {
  /** @type {Array<{epoch: number, share: number}>} */
  const ticks = [];
  for (const epoch of [end, ...EPOCHS, ...(end <= SHORT_RUN ? BETWEEN : [])]) {
    const share = shareAt(epoch);
    const fits = ticks.every((other) => Math.abs(other.share - share) >= APART);
    if (epoch <= end && fits) ticks.push({ epoch, share });
  }
  return ticks;
}

/** Where a step lies on the track, in [0, 1]. @param {Replay} replay @param {number} step */
function shareOf({ steps, last }, step) {
  const after = steps.findIndex((at) => at > step);
  if (after <= 0) return after === 0 ? 0 : 1;
  const [from, to] = [steps[after - 1], steps[after]];
  return (after - 1 + (step - from) / (to - from)) / last;
}
