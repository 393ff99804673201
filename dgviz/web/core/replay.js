/**
 * The playhead of a run: which of its recorded snapshots is shown. At the last one it is the run
 * itself that is shown; at any other the cards that follow the run see a store of that snapshot.
 */
import { recordingUrl } from "./addresses.js";
import { Recording } from "./recording.js";

/** @type {Array<"gates"|"weights">} what is recorded of a snapshot */
const KINDS = ["gates", "weights"];

/**
 * @typedef {Object} Timeline what the server says of a recording
 * @property {number[]} [gates] steps, ascending @property {number[]} [weights] likewise
 * @property {number} [steps_per_epoch] @property {string} [damage] a sentence
 * @property {string} [message] why there is none
 */

export class Replay {
  /** @type {?Recording} */
  recording = null;
  /** @type {?string} which life of the run was recorded */
  life = null;
  /** whether the server has said what was recorded */
  isKnown = false;
  /** @type {number[]} the steps of the recorded snapshots, ascending */
  steps = [];
  /** @type {number[]} the steps of the recorded weights, ascending */
  weights = [];
  /** @type {?number} the epochs of a step */
  epochsPerStep = null;
  /** a sentence, when there is nothing to replay for a reason that the server gave */
  problem = "";
  /** a sentence about snapshots that are lost for good */
  damage = "";
  /** whether somebody looks at recorded snapshots: none is loaded before */
  looked = false;
  /** the snapshot wanted, by its place in `steps` */
  index = 0;
  /** the snapshot drawn: another while the wanted one is on its way, or when that is damaged */
  drawn = 0;
  /** @type {?import("./store.js").Store} the run at the playhead; null at its end */
  store = null;

  /**
   * @param {string} run @param {string} token
   * @param {import("./store.js").Store} whole all that is known of the run
   * @param {(kind: string) => void} tell that there is news: "replay", "gates", "weights"
   */
  constructor(run, token, whole, tell) {
    this.run = run;
    this.token = token;
    this.whole = whole;
    this.tell = tell;
  }

  /** As before anything was recorded. */
  reset() {
    this.recording?.close();
    const { run, token, whole, tell } = this;
    Object.assign(this, new Replay(run, token, whole, tell));
  }

  /**
   * Begins anew with what is recorded now.
   * @param {string} life tells a resumed run from itself
   * @returns {Promise<boolean>} false when it was given up while it was on its way
   */
  async load(life) {
    this.forget();
    this.life = life;
    const recording = new Recording(
      (name) => recordingUrl(this, name),
      () => this.settle(),
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
      problem = "What was recorded of this run could not be loaded. Reload the page to try again.";
    }
    if (this.recording !== recording) return false;
    this.isKnown = true;
    this.problem = problem;
    this.damage = timeline.damage ?? "";
    this.steps = timeline.gates ?? [];
    this.weights = timeline.weights ?? [];
    // The card of a run that was killed early does not say it; the log does.
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

  /** Shows the run itself again, and lets go of what was recorded. */
  forget() {
    if (!this.life) return;
    const moved = this.store !== null;
    this.reset();
    this.announce(moved ? ["gates", "weights"] : []);
  }

  get last() {
    return Math.max(0, this.steps.length - 1);
  }

  get atEnd() {
    return this.index === this.last;
  }

  /** Whether the wanted snapshot is still on its way. */
  get waiting() {
    return this.drawn !== this.best();
  }

  /** Whether the server has refused to send what has not come yet. */
  get refused() {
    return Boolean(this.recording?.refused);
  }

  /** How many snapshots can be drawn at once. */
  get loaded() {
    return this.steps.filter((_, at) => this.recording?.get(this.gatesName(at))).length;
  }

  /** The place of the last snapshot at or before a step. @param {number} step @returns {number} */
  indexOf(step) {
    return Math.max(
      0,
      this.steps.findLastIndex((at) => at <= step),
    );
  }

  /** @param {number} index of a snapshot */
  seek(index) {
    this.index = Math.min(this.last, Math.max(0, index));
    // At its end it is the run itself that is shown.
    this.looked ||= !this.atEnd;
    if (this.looked) this.recording?.want(this.outwards());
    this.settle();
  }

  /** Loads every recorded snapshot, from now on. */
  loadAll() {
    if (this.looked) return;
    this.looked = true;
    this.recording?.want(this.outwards());
  }

  /** Every snapshot's name, nearest to the playhead first, what comes next before what was. */
  outwards() {
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
   * The weights to draw a snapshot with: the newest of then first, then older ones.
   * @param {number} index
   */
  weightsNames(index) {
    const step = this.steps[index];
    const names = this.weights.filter((at) => at <= step).map((at) => `weights/${at}`);
    return names.reverse();
  }

  /**
   * The snapshot to draw for the one that is wanted: the nearest that is not known to be damaged.
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

  /** Shows the wanted snapshot if it has come; called whenever one more has. */
  settle() {
    const best = this.best();
    const store = best === this.last ? null : this.storeAt(best);
    if (store === undefined) {
      this.announce([]);
      return;
    }
    const [before, now] = [this.store ?? this.whole, store ?? this.whole];
    this.store = store;
    this.drawn = best;
    this.announce(KINDS.filter((kind) => before[kind] !== now[kind]));
  }

  /**
   * @param {number} index of a snapshot
   * @returns {?import("./store.js").Store|undefined} undefined while it has not come
   */
  storeAt(index) {
    const gates = this.recording?.get(this.gatesName(index));
    if (!gates) return undefined;
    const names = this.weightsNames(index);
    const weights = names.map((name) => this.recording?.get(name)).find(Boolean) ?? null;
    const isShown = this.store?.gates === gates && this.store?.weights === weights;
    return isShown ? this.store : this.whole.at(gates, weights);
  }

  /** @param {string[]} kinds of news */
  announce(kinds) {
    for (const kind of [...kinds, "replay"]) this.tell(kind);
  }
}
