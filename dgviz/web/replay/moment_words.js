/** What the scrubber says of the moment shown, or of why there is none to show. */
import { count, firstSentence, known } from "../core/format.js";
import { agedWeights, ENDED } from "../core/store.js";

const NOTHING_RECORDED = "No moment of this run was recorded, so it cannot be replayed.";
const LOADING = "Loading the recorded moments of this run.";

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
  if (!replay.moments.length) return [NOTHING_RECORDED, replay.damage].filter(Boolean).join(" ");
  if (replay.moments.length > 1) return "";
  return "Only one moment of this run was recorded. It is the one that you see.";
}

/**
 * The moment that the cards draw, in the figures of its own picture: while another one is on its
 * way, and at the end of a run that was killed after its last recorded moment, the slider stands
 * elsewhere.
 * @param {import("../core/replay.js").Replay} replay
 * @param {import("../core/store.js").Store} store the run as the cards draw it
 * @param {?number} epochs of the whole run
 * @returns {string[]} two lines
 */
export function momentWords({ moments, drawn, epochsPerStep }, store, epochs) {
  const recorded = { step: moments[drawn], epoch: moments[drawn] * (epochsPerStep ?? NaN) };
  const { step, epoch } = store.gates?.meta ?? recorded;
  const aged = agedWeights(store);
  const reached = known(epoch) ? `epoch ${epoch.toFixed(1)} of ${count(epochs)}` : "";
  const place =
    step === recorded.step
      ? `moment ${drawn + 1} of ${moments.length}`
      : "newest picture, not recorded";
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
export function troubleWords(replay) {
  const { index, drawn, damage, recording } = replay;
  if (replay.waiting && recording?.problem) return recording.problem;
  const better = replay.best();
  if (better === index) return damage;
  return drawn === better
    ? `Moment ${index + 1} is damaged; moment ${drawn + 1} is shown instead.`
    : `Moment ${index + 1} is damaged.`;
}
