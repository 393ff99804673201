/** When a pixel or a unit lost or found its connections, in a sentence. */
import { known, UNKNOWN } from "../format.js";
import { courseOf } from "./gate_history.js";

/** "epoch 7.2" @param {import("../gates.js").Frame} frame */
export const epochWords = ({ meta: { epoch } }) =>
  `epoch ${known(epoch) ? epoch.toFixed(1) : UNKNOWN}`;

/**
 * @param {import("../gates.js").Frame[]} frames at least one @param {number[]} kept by frame
 * @param {boolean} ended whether the run is over @returns {string} a sentence or two
 */
export function pixelLife(frames, kept, ended) {
  const { came, went, gaps } = courseOf(kept.map((n) => n > 0));
  if (came === null) return "It kept no connection at any of these moments.";
  const back = gaps ? " For a while in between it had none, and some reopened." : "";
  if (went !== null) return `It lost its last connection by ${epochWords(frames[went])}.${back}`;
  const since = came ? `from ${epochWords(frames[came])}` : "from the beginning";
  return `It keeps connections ${since} ${ended ? "to the end" : "until now"}.${back}`;
}

/**
 * @param {import("../gates.js").Frame[]} frames at least one
 * @param {{inputs: number[], outputs: number[]}} course see gate_history.js @param {boolean} ended
 * @returns {string} a sentence or two
 */
export function unitLife(frames, { inputs, outputs }, ended) {
  const { came, went, gaps } = courseOf(inputs.map((n, i) => n > 0 && outputs[i] > 0));
  if (came === null) return "It was dead at all of these moments.";
  const born = came ? `Born by ${epochWords(frames[came])}. ` : "";
  const back = gaps ? " For a while in between it was dead, and it came back." : "";
  if (went === null) return `${born}Alive ${ended ? "to the end" : "until now"}.${back}`;
  const lost = !inputs[went] && !outputs[went] ? "its last input and its last output"
    : !inputs[went] ? "its last input" : "its last output";
  return `${born}Died by ${epochWords(frames[went])}: it lost ${lost}.${back}`;
}
