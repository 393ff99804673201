/** The effect of another threshold on the network, as a number and as a spoken sentence. */

import { known, percent, threshold } from "../core/format.js";
import { accuracyAt, activeAt, canPreview } from "../core/gates.js";
import { measure } from "../core/measures.js";
import { share } from "./figure_text.js";

/**
 * "τ 0.54: 5.1% of connections active, about 97.9% accuracy."
 * @param {import("../core/store.js").Store} store @param {number} tau
 * @returns {string} "" if the mask has no threshold, or its effect is not known
 */
export function tauText(store, tau) {
  const { gates } = store;
  if (!gates?.meta.preview) return "";
  const { active: now, total } = measure(gates, gates.meta.tau);
  const isOwn = tau === gates.meta.tau;
  if (!isOwn && !canPreview(gates) && !gates.meta.score_counts) return "";
  const active = isOwn ? now : activeAt(gates, tau);
  const effects = [`${share(active / total)} of connections active`];
  const accuracy = estimate(store, tau);
  if (known(accuracy)) effects.push(`about ${percent(accuracy, 1)} accuracy`);
  return `τ ${threshold(tau)}: ${effects.join(", ")}.`;
}

/**
 * Estimates the test accuracy at a threshold. The curve is measured on few validation images, so its
 * difference is added to the test accuracy.
 * @param {import("../core/store.js").Store} store @param {number} tau @returns {?number} in [0, 1]
 */
export function estimate({ gates, metrics }, tau) {
  if (!gates) return null;
  const { accuracy_by_tau: curve, tau: now, test_accuracy: first } = gates.meta;
  const last = metrics.findLast(({ test_accuracy: accuracy }) => known(accuracy));
  const base = last?.test_accuracy ?? first;
  const [before, after] = [accuracyAt(curve, now), accuracyAt(curve, tau)];
  if (!known(base) || !known(before) || !known(after)) return null;
  return Math.min(1, Math.max(0, base + after - before));
}
