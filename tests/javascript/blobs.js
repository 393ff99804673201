/** Snapshots and blobs for tests. */

const DTYPES = new Map([
  [Uint8Array, "U8"],
  [Uint16Array, "F16"],
]);

/**
 * A safetensors blob, as Python packs it.
 * @param {Object<string, {data: Uint8Array|Uint16Array, shape: number[]}>} tensors @param {Object} meta
 * @returns {Uint8Array}
 */
export function blobOf(tensors, meta) {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { data, shape }]) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: DTYPES.get(data.constructor), shape, data_offsets: [start, end] }];
  });
  const header = new TextEncoder().encode(
    JSON.stringify({
      __metadata__: { dgviz: JSON.stringify(meta) },
      ...Object.fromEntries(entries),
    }),
  );
  const bytes = new Uint8Array(8 + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const { data } of Object.values(tensors)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** The place of layer i in a chain. @param {number} i */
export const inChain = (i) => ({ name: String(i), source: i ? String(i - 1) : "" });

/**
 * A snapshot of a method without gate probabilities.
 * @param {Array<[number, number, number[]]>} layers rows, cols and the mask of each
 */
export const masksOnly = (layers) => ({
  layers: layers.map(([rows, cols, mask], i) => ({
    ...inChain(i),
    rows,
    cols,
    mask: Uint8Array.from(mask),
    scores: null,
  })),
  meta: { tau: 0.5, prunes: true, scores: "", preview: false },
});

/**
 * A snapshot with gate probabilities in steps of 1/200, as a trainer with this tau sends it.
 * @param {Array<[number, number, number[]]>} layers rows, cols and the scores of each
 * @param {Object} meta tau, and other fields
 */
export const gatedSnapshot = (layers, meta = { tau: 0.5 }) => ({
  layers: layers.map(([rows, cols, scores], i) => ({
    ...inChain(i),
    rows,
    cols,
    scores: Uint8Array.from(scores),
    mask: Uint8Array.from(scores, (score) => Number(score > 200 * meta.tau)),
  })),
  meta: { prunes: true, scores: "gate probability", preview: true, ...meta },
});
