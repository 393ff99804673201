/** Reads safetensors blobs: u64 header length, JSON header, then the tensors' bytes. */

/** In bytes. Our headers take about two thousand; parsing one takes many times its memory. */
const LARGEST_HEADER = 65536;
/** @type {Object<string, number>} */
const ITEM_BYTES = { U8: 1, F16: 2, F32: 4 };
/** @type {?Float32Array} */
let halves = null;

/** Values of all 16-bit floats, by their bits. @returns {Float32Array} of 65536 */
export function halfTable() {
  if (!halves) {
    halves = new Float32Array(65536);
    for (let bits = 0; bits < 65536; bits++) {
      const exponent = (bits >> 10) & 31;
      const fraction = bits & 1023;
      const size =
        exponent === 0
          ? fraction * 2 ** -24
          : exponent < 31
            ? (1 + fraction / 1024) * 2 ** (exponent - 15)
            : fraction
              ? NaN
              : Infinity;
      halves[bits] = bits & 0x8000 ? -size : size;
    }
  }
  return halves;
}

/**
 * @typedef {Object} Tensor
 * @property {"U8"|"F16"|"F32"} dtype
 * @property {number[]} shape
 * @property {Uint8Array|Uint16Array|Float32Array} raw the stored items; F16 as bits
 * @property {Uint8Array|Float32Array} data the values; F16 is decoded at the first use
 */

/**
 * @typedef {{metadata: Object<string, string>, tensors: Object<string, Tensor>}} Blob
 *
 * @param {ArrayBuffer} buffer @returns {Blob}
 * @throws {Error} one sentence, when the blob is truncated or is no safetensors blob
 */
export function parse(buffer) {
  if (buffer.byteLength < 8) throw new Error("The snapshot is shorter than its own length field.");
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  if (length < 2 || length > Math.min(buffer.byteLength - 8, LARGEST_HEADER)) {
    throw new Error("The snapshot is truncated, or is no safetensors blob.");
  }
  let header;
  try {
    header = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(buffer, 8, length)),
    );
  } catch {
    throw new Error("The snapshot's header is not JSON.");
  }
  if (header === null || typeof header !== "object" || Array.isArray(header)) {
    throw new Error("The snapshot's header is not an object.");
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  /** @type {Object<string, Tensor>} */
  const tensors = {};
  for (const [name, entry] of Object.entries(entries)) {
    tensors[name] = tensor(buffer, 8 + length, name, entry);
  }
  return { metadata, tensors };
}

/**
 * @param {ArrayBuffer} buffer @param {number} base where the tensors begin @param {string} name
 * @param {any} entry of the header @returns {Tensor}
 */
function tensor(buffer, base, name, entry) {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  const bytes = ITEM_BYTES[dtype];
  if (!bytes) throw new Error(`Tensor ${name} has the unknown type ${String(dtype)}.`);
  if (!whole(shape) || !whole(offsets) || offsets.length !== 2) {
    throw new Error(`Tensor ${name} has no shape or no offsets.`);
  }
  const [from, to] = offsets;
  const size = shape.reduce(
    (/** @type {number} */ product, /** @type {number} */ n) => product * n,
    1,
  );
  if (to - from !== size * bytes) {
    throw new Error(`Tensor ${name} is ${to - from} bytes long, not ${size * bytes}.`);
  }
  if (base + to > buffer.byteLength) throw new Error(`Tensor ${name} is cut short.`);
  return tensorOf(dtype, shape, view(buffer, base + from, size, dtype));
}

/**
 * @param {Tensor["dtype"]} dtype @param {number[]} shape @param {Tensor["raw"]} raw
 * @returns {Tensor}
 */
export function tensorOf(dtype, shape, raw) {
  /** @type {?Tensor["data"]} */
  let decoded = raw instanceof Uint16Array ? null : raw;
  return {
    dtype,
    shape,
    raw,
    get data() {
      decoded ??= Float32Array.from(raw, (bits) => halfTable()[bits]);
      return decoded;
    },
  };
}

/** @param {unknown} list */
const whole = (list) => Array.isArray(list) && list.every((n) => Number.isInteger(n) && n >= 0);

/**
 * @param {ArrayBuffer} buffer @param {number} start @param {number} size in items
 * @param {Tensor["dtype"]} dtype
 */
function view(buffer, start, size, dtype) {
  const Kind = { U8: Uint8Array, F16: Uint16Array, F32: Float32Array }[dtype];
  // A typed array must start on a multiple of its item size; safetensors does not promise that.
  const aligned = start % Kind.BYTES_PER_ELEMENT === 0;
  return aligned
    ? new Kind(buffer, start, size)
    : new Kind(buffer.slice(start, start + size * Kind.BYTES_PER_ELEMENT));
}
