/** What the scrubber says of the snapshot shown, or of why there is none. */
import { count, firstSentence, known } from "../core/format.js";
import { ENDED, olderWeightsStep } from "../core/store.js";

const NOTHING_RECORDED = "No snapshot of this run was recorded, so it cannot be replayed.";
const LOADING = "Loading the recorded snapshots of this run.";

/**
 * Why nothing can be replayed; "" where it can.
 * @param {?string} run its id @param {?import("../core/store.js").Status} status
 * @param {?import("../core/replay.js").Replay} replay
 */
export function excuseFor(run, status, replay) {
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
 * The snapshot that the cards draw, by its own figures: while another one is on its
 * way, and at the end of a run that was killed after its last recorded snapshot, the slider stands
 * elsewhere.
 * @param {import("../core/replay.js").Replay} replay
 * @param {import("../core/store.js").Store} store the run as the cards draw it
 * @param {?number} epochs of the whole run
 * @returns {string[]} two lines
 */
export function snapshotText({ steps, drawn, epochsPerStep }, store, epochs) {
  const recorded = { step: steps[drawn], epoch: steps[drawn] * (epochsPerStep ?? NaN) };
  const { step, epoch } = store.gates?.meta ?? recorded;
  const aged = olderWeightsStep(store);
  const reached = known(epoch) ? `epoch ${epoch.toFixed(1)} of ${count(epochs)}` : "";
  const place =
    step === recorded.step
      ? `snapshot ${drawn + 1} of ${steps.length}`
      : "newest snapshot, not recorded";
  const drawnFrom =
    known(aged) && known(epochsPerStep) ? `epoch ${(aged * epochsPerStep).toFixed(1)}` : "";
  // A difference that the figures do not show would only puzzle.
  const weights =
    drawnFrom && !reached.startsWith(`${drawnFrom} `) ? `weights from ${drawnFrom}` : "";
  return [
    [reached, `step ${count(step)}`],
    [place, weights],
  ].map((line) => line.filter(Boolean).join(" · "));
}

/**
 * What is lost of the recording, or does not come.
 * @param {import("../core/replay.js").Replay} replay
 */
export function troubleText(replay) {
  const { index, drawn, damage, recording } = replay;
  if (replay.waiting && recording?.problem) return recording.problem;
  const better = replay.best();
  if (better === index) return damage;
  return drawn === better
    ? `Snapshot ${index + 1} is damaged; snapshot ${drawn + 1} is shown instead.`
    : `Snapshot ${index + 1} is damaged.`;
}
