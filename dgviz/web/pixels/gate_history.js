/**
 * The history of a run's gates: its recorded snapshots or, while it is running, the snapshots that
 * this page has received.
 */
import { cellOf } from "../core/gate_drawing.js";

const MOST_SNAPSHOTS = 120;
const MOST_BYTES = 64 * 2 ** 20;
/** @typedef {import("../core/gates.js").Snapshot} Snapshot */

/** @type {WeakMap<import("../core/store.js").Store, Received>} */
const receivedOf = new WeakMap();

/** @param {number[]|Uint8Array} numbers */
function sum(numbers) {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** The snapshots received from a run. When there are too many, every second one is dropped. */
class Received {
  constructor() {
    /** @type {Snapshot[]} */
    this.snapshots = [];
    this.stride = 1;
    this.count = 0;
    /** @type {?Snapshot} */
    this.newest = null;
  }

  /** @param {?Snapshot} snapshot */
  add(snapshot) {
    if (!snapshot || snapshot === this.newest) return;
    const { step } = snapshot.meta;
    // A resumed run repeats the steps after its checkpoint.
    if (this.newest && this.newest.meta.step > step) {
      this.snapshots = this.snapshots.filter(({ meta }) => meta.step < step);
    }
    this.newest = snapshot;
    if (this.count++ % this.stride === 0) this.snapshots.push(snapshot);
    const bytes = sum(
      snapshot.layers.map(({ mask, scores }) => mask.length + (scores?.length ?? 0)),
    );
    if (this.snapshots.length <= Math.min(MOST_SNAPSHOTS, MOST_BYTES / bytes)) return;
    this.snapshots = this.snapshots.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
  }

  get all() {
    const { snapshots, newest } = this;
    return !newest || snapshots.at(-1) === newest ? snapshots : [...snapshots, newest];
  }
}

/** Store the newest snapshot of a run. @param {import("../core/store.js").Store} whole */
export function storeSnapshot(whole) {
  const received = receivedOf.get(whole) ?? new Received();
  receivedOf.set(whole, received);
  received.add(whole.gates);
}

/**
 * @typedef {Object} History
 * @property {Snapshot[]} snapshots in the order of their steps
 * @property {number} total number of snapshots, including those not loaded yet
 * @property {boolean} recorded whether they are the run's recorded snapshots
 * @property {boolean} isLoading whether more of them are being loaded
 * @property {string} problem a sentence: why the others cannot be loaded; "" if they can
 */

/**
 * Return the snapshots loaded so far. Recorded snapshots are loaded once the card is in sight.
 * @param {import("../kit/mounting.js").Card} card @returns {History}
 */
export function historyOf({ replay, whole, inSight }) {
  if (inSight) replay?.loadAll();
  const recording = replay?.recording;
  if (!recording || !replay.steps.length) {
    const snapshots = receivedOf.get(whole)?.all ?? [];
    return { snapshots, total: snapshots.length, recorded: false, isLoading: false, problem: "" };
  }
  const { steps } = replay;
  const snapshots = steps.map((_, i) => recording.get(replay.gatesName(i))).filter(Boolean);
  const isLoading = recording.queue.length + recording.requests.size > 0;
  return { snapshots, total: steps.length, recorded: true, isLoading, problem: recording.problem };
}

/**
 * Move the replay to one of the history's snapshots.
 * @param {import("../kit/mounting.js").Card} card @param {number} index
 */
export function seek(card, index) {
  const { replay } = card;
  if (!replay?.steps.length) return;
  replay.seek(replay.indexOf(historyOf(card).snapshots[index].meta.step));
}

/** Describe the source of the history in a sentence. @param {History} history */
export function sourceText({ snapshots, total, recorded, isLoading, problem }) {
  if (!snapshots.length && !recorded) return "No snapshot has arrived yet.";
  if (!recorded) {
    return (
      `From the ${snapshots.length} snapshots received since this page was opened. When the run has ` +
      "ended, all recorded snapshots are shown."
    );
  }
  if (problem) return `${snapshots.length} of ${total} recorded snapshots. ${problem}`;
  if (!snapshots.length) return "Loading the recorded snapshots…";
  if (isLoading) return `Loading: ${snapshots.length} of ${total} recorded snapshots…`;
  const missing =
    snapshots.length < total ? " The others are damaged, or do not fit into memory." : "";
  return `${snapshots.length} of ${total} recorded snapshots.${missing}`;
}

/** Explain how to use the chart. @param {History} history */
export const hintText = ({ recorded }) =>
  recorded
    ? "Point at a snapshot to read it. Click or tap it to go there."
    : "Point at or tap a snapshot to read it.";

/** @type {WeakMap<Snapshot, Map<string, {key: unknown, value: any}>>} by kind */
const cache = new WeakMap();

/**
 * Return the cached value, or compute it: a history grows by one snapshot at a time.
 * @template T
 * @param {Snapshot} snapshot @param {string} kind @param {unknown} key @param {() => T} make
 * @returns {T}
 */
function cached(snapshot, kind, key, make) {
  const values = cache.get(snapshot) ?? new Map();
  cache.set(snapshot, values);
  if (values.get(kind)?.key !== key) values.set(kind, { key, value: make() });
  return values.get(kind).value;
}

/**
 * Return the gates of some inputs, input by input.
 * @param {Snapshot} snapshot @param {number[]} inputs
 * @returns {{mask: Uint8Array, ranks: Uint16Array, cells: Uint16Array}} each [inputs * units]; ranks:
 *   greater for active connections, and among these for higher probabilities; cells: see `cellOf`
 */
function columnOf(snapshot, inputs) {
  const { mask, scores, rows: units, cols } = snapshot.layers[0];
  const length = units * inputs.length;
  const [ranks, cells] = [new Uint16Array(length), new Uint16Array(length)];
  const column = { mask: new Uint8Array(length), ranks, cells };
  inputs.forEach((input, c) => {
    for (let unit = 0; unit < units; unit++) {
      const [from, to] = [unit * cols + input, c * units + unit];
      column.mask[to] = mask[from];
      ranks[to] = cellOf(scores ? scores[from] : 0, mask[from]);
      cells[to] = cellOf(scores ? scores[from] : null, mask[from]);
    }
  });
  return column;
}

/**
 * Return the gates of some inputs over time.
 * @param {Snapshot[]} snapshots at least one
 * @param {number[]} inputs those of one pixel, one for each channel
 * @returns {{gates: number, cells: Uint16Array, active: number[], activeLast: number}} cells: [gates x
 *   snapshots], see `cellOf`, sorted by the last snapshot: active before closed gates, highest
 *   first; active: number by snapshot; activeLast: number at the last snapshot
 */
export function gatesOver(snapshots, inputs) {
  const columns = snapshots.map((snapshot) =>
    cached(snapshot, "column", inputs[0], () => columnOf(snapshot, inputs)),
  );
  const active = columns.map(({ mask }) => sum(mask));
  const last = columns[columns.length - 1].ranks;
  const sums = new Float64Array(last.length);
  for (const { ranks } of columns) for (let i = 0; i < sums.length; i++) sums[i] += ranks[i];
  const order = Uint32Array.from(last, (_, gate) => gate).sort(
    (a, b) => last[b] - last[a] || sums[b] - sums[a],
  );
  const cells = new Uint16Array(last.length * snapshots.length);
  for (let row = 0, to = 0; row < order.length; row++) {
    for (const column of columns) cells[to++] = column.cells[order[row]];
  }
  return { gates: last.length, cells, active, activeLast: active[active.length - 1] };
}

/**
 * Count the active inputs and outputs of a hidden unit over time.
 * @param {Snapshot[]} snapshots @param {number} unit
 * @returns {{inputs: number[], outputs: number[]}} by snapshot
 */
export function unitOver(snapshots, unit) {
  const counts = snapshots.map((snapshot) =>
    cached(snapshot, "unit", unit, () => activeBy(snapshot, unit)),
  );
  return { inputs: counts.map(([n]) => n), outputs: counts.map(([, n]) => n) };
}

/**
 * @param {Snapshot} snapshot @param {number} unit
 * @returns {[number, number]} active inputs and outputs of a unit
 */
function activeBy({ layers }, unit) {
  const [first, second] = layers;
  const inputs = sum(first.mask.subarray(unit * first.cols, (unit + 1) * first.cols));
  let outputs = 0;
  for (let k = 0; k < second.rows; k++) outputs += second.mask[k * second.cols + unit];
  return [inputs, outputs];
}

/**
 * Find when a condition was true.
 * @param {boolean[]} present whether it is true, by snapshot
 * @returns {{start: ?number, end: ?number, gaps: number}} start: the first snapshot at which it is
 *   true, null if there is none; end: the snapshot after the last at which it is true, null if it
 *   is true at the end; gaps: number of interruptions
 */
export function presenceOf(present) {
  const start = present.indexOf(true);
  if (start === -1) return { start: null, end: null, gaps: 0 };
  const last = present.lastIndexOf(true);
  let gaps = 0;
  for (let i = start + 1; i <= last; i++) gaps += present[i] && !present[i - 1] ? 1 : 0;
  return { start, end: last === present.length - 1 ? null : last + 1, gaps };
}
