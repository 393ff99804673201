/**
 * The course of a run's gates: its recorded snapshots, or, while it is in flight, the snapshots that
 * this page has seen of it. What came of one pixel's or one unit's gates is read off the snapshots.
 */
import { cellOf } from "../core/gate_drawing.js";
import { LEVELS } from "../core/gates.js";

const MOST_SNAPSHOTS = 120;
const MOST_BYTES = 64 * 2 ** 20;
/** @typedef {import("../core/gates.js").Snapshot} Snapshot */

/** @type {WeakMap<import("../core/store.js").Store, Seen>} */
const seenOf = new WeakMap();

/** @param {number[]|Uint8Array} numbers */
function sum(numbers) {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** Snapshots seen of a run in flight: when they become too many, every second one is let go. */
class Seen {
  constructor() {
    /** @type {Snapshot[]} */
    this.snapshots = [];
    this.stride = 1;
    this.count = 0;
    /** @type {?Snapshot} */
    this.newest = null;
  }

  /** @param {?Snapshot} snapshot */
  take(snapshot) {
    if (!snapshot || snapshot === this.newest) return;
    const { step } = snapshot.meta;
    // A resumed run does anew what it had done beyond.
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

/** Notes the newest snapshot of a run. @param {import("../core/store.js").Store} whole */
export function watch(whole) {
  const seen = seenOf.get(whole) ?? new Seen();
  seenOf.set(whole, seen);
  seen.take(whole.gates);
}

/**
 * @typedef {Object} History
 * @property {Snapshot[]} snapshots in the order of their steps
 * @property {number} of how many snapshots there are, of which some may not have come yet
 * @property {boolean} recorded whether they are the run's recorded snapshots
 * @property {boolean} reading whether more of them are on their way
 * @property {string} problem why the others do not come, in a sentence; "" where they do
 */

/**
 * What is known by now; recorded snapshots are loaded once the card is in sight.
 * @param {import("../kit/mounting.js").Card} card @returns {History}
 */
export function historyOf({ replay, whole, inSight }) {
  if (inSight) replay?.loadAll();
  const recording = replay?.recording;
  if (!recording || !replay.steps.length) {
    const snapshots = seenOf.get(whole)?.all ?? [];
    return { snapshots, of: snapshots.length, recorded: false, reading: false, problem: "" };
  }
  const { steps } = replay;
  const snapshots = steps.map((_, i) => recording.get(replay.gatesName(i))).filter(Boolean);
  const reading = recording.queue.length + recording.underway.size > 0;
  return { snapshots, of: steps.length, recorded: true, reading, problem: recording.problem };
}

/**
 * Takes the replay to one of the history's snapshots.
 * @param {import("../kit/mounting.js").Card} card @param {number} index
 */
export function seek(card, index) {
  const { replay } = card;
  if (!replay?.steps.length) return;
  replay.seek(replay.indexOf(historyOf(card).snapshots[index].meta.step));
}

/** What the history is made of, in a sentence. @param {History} history */
export function sourceText({ snapshots, of, recorded, reading, problem }) {
  if (!snapshots.length && !recorded) return "No snapshot has arrived yet.";
  if (!recorded) {
    return (
      `From the ${snapshots.length} snapshots seen since this page was opened. When the run has ` +
      "ended, all recorded snapshots are shown."
    );
  }
  if (problem) return `${snapshots.length} of ${of} recorded snapshots. ${problem}`;
  if (!snapshots.length) return "Loading the recorded snapshots…";
  if (reading) return `Loading: ${snapshots.length} of ${of} recorded snapshots…`;
  const lacking =
    snapshots.length < of ? " The others are damaged, or do not fit into memory." : "";
  return `${snapshots.length} of ${of} recorded snapshots.${lacking}`;
}

/** What can be done with its chart. @param {History} history */
export const restingText = ({ recorded }) =>
  recorded
    ? "Point at a snapshot to read it. Click or tap it to go there."
    : "Point at or tap a snapshot to read it.";

/** @type {WeakMap<Snapshot, Map<string, {key: unknown, value: any}>>} by kind */
const read = new WeakMap();

/**
 * What was read off a snapshot last, or else read anew: a history grows by one snapshot at a time.
 * @template T
 * @param {Snapshot} snapshot @param {string} kind @param {unknown} key @param {() => T} make
 * @returns {T}
 */
function remembered(snapshot, kind, key, make) {
  const held = read.get(snapshot) ?? new Map();
  read.set(snapshot, held);
  if (held.get(kind)?.key !== key) held.set(kind, { key, value: make() });
  return held.get(kind).value;
}

/**
 * The gates of some inputs, input by input.
 * @param {Snapshot} snapshot @param {number[]} inputs
 * @returns {{mask: Uint8Array, cells: Uint16Array}} cells: as `cellOf`; where gate probabilities are
 *   not known an active connection is drawn as one of 1, a closed one as one of 0
 */
function columnOf(snapshot, inputs) {
  const { mask, scores, rows: units, cols } = snapshot.layers[0];
  const length = units * inputs.length;
  const column = { mask: new Uint8Array(length), cells: new Uint16Array(length) };
  inputs.forEach((input, c) => {
    for (let unit = 0; unit < units; unit++) {
      const [from, to] = [unit * cols + input, c * units + unit];
      column.mask[to] = mask[from];
      column.cells[to] = cellOf(scores ? scores[from] : (LEVELS - 1) * mask[from], mask[from]);
    }
  });
  return column;
}

/**
 * The gates of some inputs over time.
 * @param {Snapshot[]} snapshots at least one
 * @param {number[]} inputs those of one pixel: as many as the image has channels
 * @returns {{gates: number, cells: Uint16Array, active: number[], activeLast: number}} cells: gates x
 *   snapshots, see `cellOf`; first the gates that end active, and of these those that end highest; active:
 *   by snapshot; activeLast: at the last
 */
export function gatesOver(snapshots, inputs) {
  const columns = snapshots.map((snapshot) =>
    remembered(snapshot, "column", inputs[0], () => columnOf(snapshot, inputs)),
  );
  const active = columns.map(({ mask }) => sum(mask));
  const last = columns[columns.length - 1].cells;
  const sums = new Float64Array(last.length);
  for (const { cells } of columns) for (let i = 0; i < sums.length; i++) sums[i] += cells[i];
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
 * What was active of a hidden unit over time.
 * @param {Snapshot[]} snapshots @param {number} unit
 * @returns {{inputs: number[], outputs: number[]}} by snapshot
 */
export function unitOver(snapshots, unit) {
  const counts = snapshots.map((snapshot) =>
    remembered(snapshot, "unit", unit, () => activeBy(snapshot, unit)),
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
 * When something that is there at some snapshots came, and when it went for good.
 * @param {boolean[]} there by snapshot
 * @returns {{came: ?number, went: ?number, gaps: number}} came: the first snapshot it was there, null
 *   if it never was; went: the first without it after the last with it, null if it is there at the
 *   end; gaps: how often it went and came back
 */
export function courseOf(there) {
  const came = there.indexOf(true);
  if (came === -1) return { came: null, went: null, gaps: 0 };
  const last = there.lastIndexOf(true);
  let gaps = 0;
  for (let i = came + 1; i <= last; i++) gaps += there[i] && !there[i - 1] ? 1 : 0;
  return { came, went: last === there.length - 1 ? null : last + 1, gaps };
}
