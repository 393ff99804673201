/** Texts of the scrubber: the snapshot that is shown, or why there is none. */
import { count, firstSentence, known } from "../core/format.js";
import { ENDED, olderWeightsStep } from "../core/store.js";

const NOTHING_RECORDED = "No snapshot of this run was recorded, so it cannot be replayed.";
const LOADING = "Loading the recorded snapshots of this run.";

/**
 * Why the run cannot be replayed; "" if it can.
 * @param {?string} run its id @param {?import("../core/store.js").Status} status
 * @param {?import("../core/replay.js").Replay} replay
 */
export function unavailableText(run, status, replay) {
  if (run == null) return "When a run has ended, you can replay it here.";
  if (!status) return LOADING;
  if (status.phase === "lost") return firstSentence(status.reason ?? "");
  if (!ENDED.includes(status.phase)) return "When this run has ended, you can replay it here.";
  if (!replay?.isKnown) return LOADING;
  if (replay.problem) return replay.problem;
  if (!replay.steps.length) return [NOTHING_RECORDED, replay.damage].filter(Boolean).join(" ");
  if (replay.steps.length > 1) return "";
  return "Only one snapshot of this run was recorded. It is the one that you see.";
}

/**
 * The snapshot that the cards draw, by its own figures. The slider is at another one while that is
 * loaded, and at the end of a run that was killed after its last recorded snapshot.
 * @param {import("../core/replay.js").Replay} replay
 * @param {import("../core/store.js").Store} store the run as the cards draw it
 * @param {?number} epochs of the whole run
 * @returns {string[]} two lines
 */
export function snapshotText({ steps, drawn, epochsPerStep }, store, epochs) {
  const recorded = { step: steps[drawn], epoch: steps[drawn] * (epochsPerStep ?? NaN) };
  const { step, epoch } = store.gates?.meta ?? recorded;
  const weightsStep = olderWeightsStep(store);
  const reached = known(epoch) ? `epoch ${epoch.toFixed(1)} of ${count(epochs)}` : "";
  const place =
    step === recorded.step
      ? `snapshot ${drawn + 1} of ${steps.length}`
      : "newest snapshot, not recorded";
  const drawnFrom =
    known(weightsStep) && known(epochsPerStep)
      ? `epoch ${(weightsStep * epochsPerStep).toFixed(1)}`
      : "";
  // A difference that rounding hides would be confusing.
  const weights =
    drawnFrom && !reached.startsWith(`${drawnFrom} `) ? `weights from ${drawnFrom}` : "";
  return [
    [reached, `step ${count(step)}`],
    [place, weights],
  ].map((line) => line.filter(Boolean).join(" · "));
}

/**
 * What is damaged in the recording, or cannot be loaded.
 * @param {import("../core/replay.js").Replay} replay
 */
export function problemText(replay) {
  const { index, drawn, damage, recording } = replay;
  if (replay.waiting && recording?.problem) return recording.problem;
  const best = replay.best();
  if (best === index) return damage;
  return drawn === best
    ? `Snapshot ${index + 1} is damaged; snapshot ${drawn + 1} is shown instead.`
    : `Snapshot ${index + 1} is damaged.`;
}
