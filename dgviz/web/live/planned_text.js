/** What is said of a knob that a resumed run moves by itself, as it was moved before. */
import { count, known, plain, threshold } from "../core/format.js";
import { ENDED } from "../core/store.js";

/**
 * "τ changes to 0.60 at epoch 4.5, as before the interruption."
 * @param {string} called the knob's symbol or label
 * @param {{name: string, preview?: boolean}} knob
 * @param {?import("../core/store.js").Status} status the run's
 * @returns {string} "" where none of its moves is still to come
 */
export function plannedText(called, { name, preview }, status) {
  const next = status?.planned?.find((move) => move.knob === name);
  if (!status || !next) return "";
  const { to, step, epoch } = next;
  const when = known(epoch) ? `epoch ${epoch.toFixed(1)}` : `step ${count(step)}`;
  return (
    `${ENDED.includes(status.phase) ? "After Resume, " : ""}${called} changes to ` +
    `${preview ? threshold(to) : plain(to)} at ${when}, as before the interruption.`
  );
}
