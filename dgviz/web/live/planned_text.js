/** The text on a planned change: a resumed run repeats the changes after its checkpoint. */
import { count, known, plain, threshold } from "../core/format.js";
import { ENDED } from "../core/store.js";

/**
 * "τ changes to 0.60 at epoch 4.5, as before the interruption."
 * @param {string} called the knob's symbol or label
 * @param {{name: string, preview?: boolean}} knob
 * @param {?import("../core/store.js").Status} status the run's
 * @returns {string} "" if no change of the knob is planned
 */
export function plannedText(called, { name, preview }, status) {
  const next = status?.planned?.find((change) => change.knob === name);
  if (!status || !next) return "";
  const { to, step, epoch } = next;
  const when = known(epoch) ? `epoch ${epoch.toFixed(1)}` : `step ${count(step)}`;
  return (
    `${ENDED.includes(status.phase) ? "After Resume, " : ""}${called} changes to ` +
    `${preview ? threshold(to) : plain(to)} at ${when}, as before the interruption.`
  );
}
