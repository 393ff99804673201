/** A binary message, or a recorded moment, as what it shows of a run. */
import { frameFrom } from "./gates.js";
import { parse } from "./safetensors.js";

const READERS = {
  gates: frameFrom,
  weights: (blob, meta) => {
    const names = Object.keys(blob.tensors).sort();
    return { meta, layers: names.map((name) => blob.tensors[name]) };
  },
  facts: (blob, meta) => ({ ...meta, alwaysZero: blob.tensors.always_zero.data }),
};

/**
 * @param {ArrayBuffer} buffer a safetensors blob
 * @returns {{channel: "gates"|"weights"|"facts", picture: Object}}
 * @throws {Error} one sentence
 */
export function read(buffer) {
  const blob = parse(buffer);
  const meta = JSON.parse(blob.metadata.dgviz ?? "{}");
  const reader = Object.hasOwn(READERS, meta.channel) && READERS[meta.channel];
  if (!reader) throw new Error("The frame does not say what it shows.");
  return { channel: meta.channel, picture: reader(blob, meta) };
}
