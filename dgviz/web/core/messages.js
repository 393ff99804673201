/** Reads binary messages and recorded snapshots. */
import { snapshotFrom } from "./gates.js";
import { parse } from "./safetensors.js";

/**
 * @typedef {import("./safetensors.js").Blob} Blob
 * @typedef {import("./safetensors.js").Tensor} Tensor
 *
 * @typedef {{channel: "gates", content: import("./gates.js").Snapshot}
 *   | {channel: "weights", content: import("./store.js").Weights}
 *   | {channel: "facts", content: import("./store.js").Facts}
 *   | {channel: "digits", content: import("../kit/digits.js").Digits}
 * } Message
 */

/** @type {Object<string, (blob: Blob, meta: any) => any>} */
const READERS = {
  gates: snapshotFrom,
  weights: (blob, meta) => {
    /** @param {string} kind */
    const all = (kind) => {
      const tensors = [];
      for (let i = 0; blob.tensors[`${kind}.${i}`]; i++) tensors.push(blob.tensors[`${kind}.${i}`]);
      return tensors;
    };
    return { meta, layers: all("weights"), biases: all("biases") };
  },
  facts: ({ tensors: { always_zero: alwaysZero, class_means: means } }, meta) => ({
    ...meta,
    alwaysZero: alwaysZero.data,
    classMeans: means ? rowsOf(means) : null,
  }),
  digits: ({ tensors: { images, labels } }, meta) => ({
    ...meta,
    images: rowsOf(images),
    labels: labels.data,
  }),
};

/** Rows of a matrix, without copying. @param {Tensor} matrix of bytes @returns {Uint8Array[]} */
function rowsOf({ data, shape: [rows, cols] }) {
  const bytes = /** @type {Uint8Array} */ (data);
  return Array.from({ length: rows }, (_, row) => bytes.subarray(row * cols, (row + 1) * cols));
}

/**
 * @param {ArrayBuffer} buffer a safetensors blob
 * @returns {Message & {bytes: number}} bytes: the most memory that the content may take
 * @throws {Error} one sentence
 */
export function read(buffer) {
  const blob = parse(buffer);
  const meta = JSON.parse(blob.metadata.dgviz ?? "{}");
  const reader = Object.hasOwn(READERS, meta.channel) && READERS[meta.channel];
  if (!reader) throw new Error("The snapshot has no known channel.");
  const content = reader(blob, meta);
  return {
    channel: meta.channel,
    content,
    bytes: buffer.byteLength + decodedBytes(blob, content),
  };
}

/**
 * Bytes of decoded copies: 16-bit floats double in size at their first use; masks are unpacked.
 * @param {Blob} blob @param {{layers?: Array<{mask?: Uint8Array}>}} content
 */
function decodedBytes({ tensors }, { layers = [] }) {
  let bytes = 0;
  for (const { dtype, raw } of Object.values(tensors)) {
    if (dtype === "F16") bytes += 2 * raw.byteLength;
  }
  for (const { mask } of layers) bytes += mask?.length ?? 0;
  return bytes;
}
