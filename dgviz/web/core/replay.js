/**
 * The playhead of a run: the recorded snapshot that is shown. At the last one the cards of the run
 * show its newest state, at any other they get a store of that snapshot.
 */
import { recordingUrl } from "./addresses.js";
import { Recording } from "./recording.js";

/** @type {Array<"gates"|"weights">} kinds of recorded snapshots */
const KINDS = ["gates", "weights"];

/**
 * @typedef {Object} Timeline the server's description of a recording
 * @property {number[]} [gates] steps, ascending @property {number[]} [weights] likewise
 * @property {number} [steps_per_epoch] @property {string} [damage] a sentence
 * @property {string} [message] why there is no recording
 */

export class Replay {
  /** @type {?Recording} */
  recording = null;
  /** @type {?string} the session of the run that the recording ends with */
  session = null;
  /** whether the timeline has come from the server */
  isKnown = false;
  /** @type {number[]} the steps of the recorded snapshots, ascending */
  steps = [];
  /** @type {number[]} the steps of the recorded weights, ascending */
  weights = [];
  /** @type {?number} the epochs of a step */
  epochsPerStep = null;
  /** a sentence, if there is nothing to replay */
  problem = "";
  /** a sentence about damaged snapshots */
  damage = "";
  /** whether the snapshots are loaded, which begins when the reader needs them */
  isLoading = false;
  /** the wanted snapshot, as an index into `steps` */
  index = 0;
  /** the drawn snapshot: another one while the wanted one is loaded, or if that is damaged */
  drawn = 0;
  /** @type {?import("./store.js").Store} the run at the playhead; null at its end */
  store = null;

  /**
   * @param {string} run @param {string} token
   * @param {import("./store.js").Store} whole the run up to its end
   * @param {(kind: string) => void} notify of a change: "replay", "gates", "weights"
   */
  constructor(run, token, whole, notify) {
    this.run = run;
    this.token = token;
    this.whole = whole;
    this.notify = notify;
  }

  reset() {
    this.recording?.close();
    const { run, token, whole, notify } = this;
    Object.assign(this, new Replay(run, token, whole, notify));
  }

  /**
   * Loads the timeline of the recording.
   * @param {string} session distinguishes a resumed run from the run before
   * @returns {Promise<boolean>} false if another call replaced this one
   */
  async load(session) {
    this.clear();
    this.session = session;
    const recording = new Recording(
      (name) => recordingUrl(this, name),
      () => this.update(),
    );
    this.recording = recording;
    let problem = "";
    /** @type {Timeline} */
    let timeline = {};
    try {
      const { signal } = recording.control;
      const response = await fetch(recordingUrl(this, "timeline"), { signal });
      timeline = await response.json();
      if (!response.ok) problem = timeline.message ?? "";
    } catch {
      problem = "The recording of this run could not be loaded. Reload the page to try again.";
    }
    if (this.recording !== recording) return false;
    this.isKnown = true;
    this.problem = problem;
    this.damage = timeline.damage ?? "";
    this.steps = timeline.gates ?? [];
    this.weights = timeline.weights ?? [];
    // The timeline of a run that was killed early lacks the steps per epoch.
    const last = this.whole.metrics.at(-1);
    this.epochsPerStep = timeline.steps_per_epoch
      ? 1 / timeline.steps_per_epoch
      : last
        ? last.epoch / last.step
        : null;
    this.drawn = this.last;
    this.seek(this.last);
    return true;
  }

  /** Drops the recording and shows the newest state of the run. */
  clear() {
    if (!this.session) return;
    const moved = this.store !== null;
    this.reset();
    this.notifyAll(moved ? ["gates", "weights"] : []);
  }

  get last() {
    return Math.max(0, this.steps.length - 1);
  }

  get atEnd() {
    return this.index === this.last;
  }

  /** Whether the wanted snapshot is still to come. */
  get waiting() {
    return this.drawn !== this.best();
  }

  /** Whether the server refuses to send more snapshots. */
  get refused() {
    return Boolean(this.recording?.refused);
  }

  /** Number of snapshots in memory. */
  get loaded() {
    return this.steps.filter((_, at) => this.recording?.get(this.gatesName(at))).length;
  }

  /** Index of the last snapshot at or before a step. @param {number} step @returns {number} */
  indexOf(step) {
    return Math.max(
      0,
      this.steps.findLastIndex((at) => at <= step),
    );
  }

  /** @param {number} index of a snapshot */
  seek(index) {
    this.index = Math.min(this.last, Math.max(0, index));
    // At the end the newest state is shown, which needs no recording.
    this.isLoading ||= !this.atEnd;
    if (this.isLoading) this.recording?.want(this.namesByUrgency());
    this.update();
  }

  /** Loads every recorded snapshot, from now on. */
  loadAll() {
    if (this.isLoading) return;
    this.isLoading = true;
    this.recording?.want(this.namesByUrgency());
  }

  /** Names of all snapshots, the nearest to the playhead first, later before earlier ones. */
  namesByUrgency() {
    /** @type {Set<string>} */
    const names = new Set();
    for (let away = 0; away <= this.last; away++) {
      for (const at of [this.index + away, this.index - away]) {
        if (at < 0 || at >= this.steps.length) continue;
        names.add(this.gatesName(at));
        const weights = this.weightsNames(at)[0];
        if (weights) names.add(weights);
      }
    }
    return [...names];
  }

  /** @param {number} index of a snapshot */
  gatesName(index) {
    return `gates/${this.steps[index]}`;
  }

  /**
   * Names of the weights to draw a snapshot with: the newest at its step first, then older ones.
   * @param {number} index
   */
  weightsNames(index) {
    const step = this.steps[index];
    const names = this.weights.filter((at) => at <= step).map((at) => `weights/${at}`);
    return names.reverse();
  }

  /**
   * Index of the snapshot to draw: the nearest to the wanted one that is not damaged.
   * @returns {number}
   */
  best() {
    /** @param {number} at */
    const isGood = (at) =>
      at === this.last ||
      (at >= 0 && at < this.last && !this.recording?.damaged.has(this.gatesName(at)));
    for (let away = 0; away <= this.last; away++) {
      for (const at of [this.index - away, this.index + away]) if (isGood(at)) return at;
    }
    return this.last;
  }

  /** Shows the wanted snapshot if it has come. */
  update() {
    const best = this.best();
    const store = best === this.last ? null : this.storeAt(best);
    if (store === undefined) {
      this.notifyAll([]);
      return;
    }
    const [before, now] = [this.store ?? this.whole, store ?? this.whole];
    this.store = store;
    this.drawn = best;
    this.notifyAll(KINDS.filter((kind) => before[kind] !== now[kind]));
  }

  /**
   * @param {number} index of a snapshot
   * @returns {?import("./store.js").Store|undefined} undefined until it has come
   */
  storeAt(index) {
    const gates = this.recording?.get(this.gatesName(index));
    if (!gates) return undefined;
    const names = this.weightsNames(index);
    const weights = names.map((name) => this.recording?.get(name)).find(Boolean) ?? null;
    const isShown = this.store?.gates === gates && this.store?.weights === weights;
    return isShown ? this.store : this.whole.at(gates, weights);
  }

  /** @param {string[]} kinds of changes, besides that of the replay */
  notifyAll(kinds) {
    for (const kind of [...kinds, "replay"]) this.notify(kind);
  }
}
