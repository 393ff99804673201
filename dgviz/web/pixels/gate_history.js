/**
 * The course of a run's gates: its recorded moments, or, while it is in flight, the frames that
 * this page has seen of it. What came of one pixel's or one unit's gates is read off the frames.
 */
import { cutoff } from "../core/gates.js";
import * as preview from "../core/preview.js";

const MOST_MOMENTS = 120;
const MOST_BYTES = 64 * 2 ** 20;
/** @typedef {import("../core/gates.js").Frame} Frame */

/** @type {WeakMap<import("../core/store.js").Store, Seen>} */
const seenOf = new WeakMap();

/** Frames seen of a run in flight: when they become too many, every second one is let go. */
class Seen {
  constructor() {
    /** @type {Frame[]} */
    this.frames = [];
    this.stride = 1;
    this.count = 0;
    /** @type {?Frame} */
    this.newest = null;
  }

  /** @param {?Frame} frame */
  take(frame) {
    if (!frame || frame === this.newest) return;
    const { step } = frame.meta;
    // A resumed run does anew what it had done beyond.
    if (this.newest && this.newest.meta.step > step) {
      this.frames = this.frames.filter(({ meta }) => meta.step < step);
    }
    this.newest = frame;
    if (this.count++ % this.stride === 0) this.frames.push(frame);
    const bytes = frame.layers.reduce((sum, layer) => sum + layer.bytes.length, 0);
    if (this.frames.length <= Math.min(MOST_MOMENTS, MOST_BYTES / bytes)) return;
    this.frames = this.frames.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
  }

  get all() {
    const { frames, newest } = this;
    return !newest || frames.at(-1) === newest ? frames : [...frames, newest];
  }
}

/** Notes the newest frame of a run. @param {import("../core/store.js").Store} whole */
export function watch(whole) {
  const seen = seenOf.get(whole) ?? new Seen();
  seenOf.set(whole, seen);
  seen.take(whole.gates);
}

/**
 * @typedef {Object} History
 * @property {Frame[]} frames in the order of their steps
 * @property {number} of how many moments there are, of which some may not have come yet
 * @property {boolean} recorded whether they are the run's recorded moments
 * @property {boolean} reading whether more of them are on their way
 * @property {string} problem why the others do not come, in a sentence; "" where they do
 */

/**
 * What is known by now; recorded moments are loaded once the card is in sight.
 * @param {import("../kit/mounting.js").Card} card @returns {History}
 */
export function historyOf({ replay, whole, inSight }) {
  if (inSight) replay?.loadAll();
  const recording = replay?.recording;
  if (!recording || !replay.moments.length) {
    const frames = seenOf.get(whole)?.all ?? [];
    return { frames, of: frames.length, recorded: false, reading: false, problem: "" };
  }
  const { moments } = replay;
  const frames = moments.map((_, i) => recording.get(replay.gatesName(i))).filter(Boolean);
  const reading = recording.queue.length + recording.underway.size > 0;
  return { frames, of: moments.length, recorded: true, reading, problem: recording.problem };
}

/**
 * Takes the replay to one of the history's moments.
 * @param {import("../kit/mounting.js").Card} card @param {number} index
 */
export function seek(card, index) {
  const { replay } = card;
  if (!replay?.moments.length) return;
  replay.seek(replay.indexOf(historyOf(card).frames[index].meta.step));
}

/** What the history is made of, in a sentence. @param {History} history */
export function sourceWords({ frames, of, recorded, reading, problem }) {
  if (!frames.length && !recorded) return "No moment has arrived yet.";
  if (!recorded) {
    return `From the ${frames.length} moments seen since this page was opened. When the run has `
      + "ended, all recorded moments are shown.";
  }
  if (problem) return `${frames.length} of ${of} recorded moments. ${problem}`;
  if (!frames.length) return "Loading the recorded moments…";
  if (reading) return `Loading: ${frames.length} of ${of} recorded moments…`;
  const lacking = frames.length < of ? " The others are damaged, or do not fit into memory." : "";
  return `${frames.length} of ${of} recorded moments.${lacking}`;
}

/** What can be done with its chart. @param {History} history */
export const restingWords = ({ recorded }) => (recorded
  ? "Point at a moment to read it. Click or tap it to go there."
  : "Point at or tap a moment to read it.");

/**
 * The threshold that a moment is counted with: the one under the finger, or its own.
 * @param {Frame} frame
 */
const cutOf = (frame) => cutoff(preview.get() ?? frame.meta.tau);

/** @type {WeakMap<Frame, Map<string, {key: unknown, value: any}>>} by kind */
const read = new WeakMap();

/**
 * What was read off a frame last, or else read anew: a history grows by one frame at a time.
 * @template T
 * @param {Frame} frame @param {string} kind @param {unknown} key @param {() => T} make
 * @returns {T}
 */
function remembered(frame, kind, key, make) {
  const held = read.get(frame) ?? new Map();
  read.set(frame, held);
  if (held.get(kind)?.key !== key) held.set(kind, { key, value: make() });
  return held.get(kind).value;
}

/**
 * The gates of some inputs, input by input.
 * @param {Frame} frame @param {number[]} inputs @returns {Uint8Array}
 */
function columnOf(frame, inputs) {
  const { bytes, rows: units, cols } = frame.layers[0];
  const column = new Uint8Array(units * inputs.length);
  inputs.forEach((input, c) => {
    for (let unit = 0; unit < units; unit++) column[c * units + unit] = bytes[unit * cols + input];
  });
  return column;
}

/** @param {Uint8Array} bytes @param {number} cut */
function countAbove(bytes, cut) {
  let above = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] > cut) above += 1;
  return above;
}

/**
 * The gates of some inputs over time.
 * @param {Frame[]} frames at least one
 * @param {number[]} inputs those of one pixel: as many as the image has channels
 * @returns {{gates: number, bytes: Uint8Array, kept: number[], keptLast: number}} bytes: gates x
 *   frames, the gate that ends highest first; kept: by frame; keptLast: at the last
 */
export function gatesOver(frames, inputs) {
  const columns = frames.map((frame) =>
    remembered(frame, "column", inputs[0], () => columnOf(frame, inputs)));
  const kept = columns.map((column, i) => countAbove(column, cutOf(frames[i])));
  const last = columns[columns.length - 1];
  const sums = new Float64Array(last.length);
  for (const column of columns) for (let i = 0; i < sums.length; i++) sums[i] += column[i];
  const order = Uint32Array.from(last, (_, gate) => gate)
    .sort((a, b) => last[b] - last[a] || sums[b] - sums[a]);
  const bytes = new Uint8Array(last.length * frames.length);
  for (let row = 0, to = 0; row < order.length; row++) {
    for (let i = 0; i < columns.length; i++) bytes[to++] = columns[i][order[row]];
  }
  return { gates: last.length, bytes, kept, keptLast: kept[kept.length - 1] };
}

/**
 * What a hidden unit kept over time.
 * @param {Frame[]} frames @param {number} unit
 * @returns {{inputs: number[], outputs: number[]}} by frame
 */
export function unitOver(frames, unit) {
  const counts = frames.map((frame) => {
    const cut = cutOf(frame);
    return remembered(frame, "unit", `${unit} ${cut}`, () => keptBy(frame, unit, cut));
  });
  return { inputs: counts.map(([n]) => n), outputs: counts.map(([, n]) => n) };
}

/**
 * @param {Frame} frame @param {number} unit @param {number} cut
 * @returns {[number, number]} kept inputs and outputs of a unit
 */
function keptBy({ layers }, unit, cut) {
  const [first, second] = layers;
  const inputs = countAbove(first.bytes.subarray(unit * first.cols, (unit + 1) * first.cols), cut);
  let outputs = 0;
  for (let k = 0; k < second.rows; k++) outputs += Number(second.bytes[k * second.cols + unit] > cut);
  return [inputs, outputs];
}

/**
 * When something that is there at some moments came, and when it went for good.
 * @param {boolean[]} there by moment
 * @returns {{came: ?number, went: ?number, gaps: number}} came: the first moment it was there, null
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
