/** Recorded pictures of a run: fetched a few at a time, the most wanted first, and kept decoded. */
import { read } from "../pictures.js";

const AT_ONCE = 4;
const AGAIN_MS = 1000;
const MOST_BYTES = 256 * 2 ** 20;

export class Recording {
  /** @param {(name: string) => URL} addressOf @param {() => void} changed one more is known of */
  constructor(addressOf, changed) {
    this.addressOf = addressOf;
    this.changed = changed;
    this.pictures = new Map();
    this.damaged = new Set();
    this.queue = [];
    this.underway = new Set();
    this.control = new AbortController();
    /** how many pictures fit into memory, once the size of one is known */
    this.room = Infinity;
  }

  /** @param {string} name "gates/430" @returns {Object|undefined} undefined until it has come */
  get(name) {
    return this.pictures.get(name);
  }

  /** @param {string[]} names all that are wanted, the most urgent first */
  want(names) {
    const wanted = new Set(names.slice(0, this.room));
    for (const name of this.pictures.keys()) if (!wanted.has(name)) this.pictures.delete(name);
    this.queue = [...wanted].filter((name) =>
      !this.pictures.has(name) && !this.damaged.has(name) && !this.underway.has(name));
    this.pump();
  }

  pump() {
    while (this.underway.size < AT_ONCE && this.queue.length && !this.control.signal.aborted) {
      this.fetch(this.queue.shift());
    }
  }

  async fetch(name) {
    const { signal } = this.control;
    this.underway.add(name);
    try {
      const response = await fetch(this.addressOf(name), { signal });
      if (response.ok) await this.take(name, response);
      else if (response.status === 404) this.damaged.add(name);
      else throw new Error(`The server answered ${response.status}.`);
    } catch {
      if (signal.aborted) return;
      // The server is away, or does not want us: the others need not be tried at once.
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      this.queue.unshift(name);
    }
    this.underway.delete(name);
    if (!signal.aborted) this.changed();
    this.pump();
  }

  async take(name, response) {
    try {
      const buffer = await response.arrayBuffer();
      this.room = Math.max(8, Math.floor(MOST_BYTES / buffer.byteLength));
      this.pictures.set(name, read(buffer).picture);
    } catch {
      if (!this.control.signal.aborted) this.damaged.add(name);
    }
  }

  /** Lets go of everything, and of what is on its way. */
  close() {
    this.control.abort();
  }
}
