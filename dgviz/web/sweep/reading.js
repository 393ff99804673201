/**
 * Reads a sweep from the server, a part at a time, and again every two seconds: only new results are
 * sent. All cards of the page share it.
 */

import { sweepUrl } from "../core/addresses.js";
import { known } from "../core/format.js";
import { Trials } from "./cells.js";

const AGAIN_MS = 2000;
const AFTER_ERROR_MS = 5000;
/** A large sweep comes in many parts, and the cards of 10,000 cells need a second to be drawn. */
const WHILE_MORE_MS = 1000;
/** A sweep that no card shows is kept so long: the reader may come back to it. */
const KEPT_MS = 180_000;
/** The sweep is gone, or the page's key is not valid any more. */
const GONE = 410;

/** @type {Map<string, Reading>} by the sweep's key */
const readings = new Map();

export class Reading {
  /** @param {string} key @param {(url: URL) => Promise<Response>} [get] */
  constructor(key, get = (url) => fetch(url)) {
    this.key = key;
    this.get = get;
    /** @type {?Trials} */
    this.trials = null;
    this.revision = "";
    this.next = 0;
    /** a sentence, or "" */
    this.problem = "";
    /** whether there are changes that the listeners do not know of */
    this.hasChanges = false;
    this.notifiedAt = -Infinity;
    this.isReading = false;
    /** for the next read, or without listeners for the end of this object */
    this.timer = 0;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
  }

  /** Reads what is new. @returns {Promise<number>} when to do it again, in ms; Infinity for never */
  async read() {
    const url = sweepUrl(this.key, "results");
    url.searchParams.set("revision", this.revision);
    url.searchParams.set("after", String(this.next));
    let answer;
    try {
      const response = await this.get(url);
      answer = await response.json();
      if (!response.ok) return this.fail(answer.message, response.status === GONE);
    } catch {
      return this.fail("The server does not answer. The page tries again.", false);
    }
    const begun = this.trials ? String([...this.trials.begun]) : "";
    if (answer.grid) this.trials = new Trials(answer.grid);
    const isNew = answer.grid || answer.trials.length || String(answer.begun) !== begun;
    if (isNew) this.trials?.add(answer.trials, answer.begun);
    this.hasChanges ||= isNew || this.problem !== "";
    this.revision = answer.revision;
    this.next = answer.next;
    this.problem = "";
    const isDue = !answer.more || performance.now() - this.notifiedAt >= WHILE_MORE_MS;
    if (this.hasChanges && isDue) this.notify();
    return answer.more ? 0 : AGAIN_MS;
  }

  /** @param {string} sentence @param {boolean} isFinal */
  fail(sentence, isFinal) {
    this.problem = sentence;
    this.notify();
    return isFinal ? Infinity : AFTER_ERROR_MS;
  }

  notify() {
    this.hasChanges = false;
    this.notifiedAt = performance.now();
    for (const listener of this.listeners) listener();
  }

  /** @param {() => void} listener @returns {() => void} ends it */
  subscribe(listener) {
    this.listeners.add(listener);
    if (this.listeners.size === 1) {
      clearTimeout(this.timer);
      if (!this.isReading) void this.goOn();
    }
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => readings.delete(this.key), KEPT_MS);
    };
  }

  async goOn() {
    this.isReading = true;
    // A page that nobody sees need not be up to date.
    const ms = document.hidden ? AGAIN_MS : await this.read();
    this.isReading = false;
    if (this.listeners.size && known(ms)) this.timer = setTimeout(() => void this.goOn(), ms);
  }
}

/** @param {string} key @returns {Reading} */
export function readingOf(key) {
  const reading = readings.get(key) ?? new Reading(key);
  readings.set(key, reading);
  return reading;
}
