/**
 * One WebSocket per run, shared by every card on the page. The feed keeps only the newest of
 * everything but the log, tells its subscribers at most once a drawn frame, and answers "ready"
 * after the drawing, so that a slow page gets fewer frames rather than late ones.
 */
import { frameFrom } from "./gates.js";
import * as preview from "./preview.js";
import { parse } from "./safetensors.js";

const GATHER_MS = 100;
const LINGER_MS = 1500;
const BACKOFF_MS = [500, 5000];
const REFUSALS = {
  4403: "This page's key for the run is no longer valid. Reload the page.",
  4404: "This run is not on the server any more.",
};

/**
 * @typedef {Object} Store
 * @property {?Object} status the newest status message; phase "lost" when the run is refused
 * @property {"none"|"connecting"|"open"|"lost"} connection
 * @property {Object[]} metrics log entries of kind "metrics", in order
 * @property {Object[]} marks log entries of kind "knob", in order
 * @property {?import("./gates.js").Frame} gates
 * @property {?{meta: Object, layers: import("./safetensors.js").Tensor[]}} weights
 * @property {?Object} facts metadata of the data set, with alwaysZero: Uint8Array and mean
 * @property {string} problem a sentence, when the server reported one
 */

/** @returns {Store} */
const emptyStore = () => ({
  status: null, connection: "none", metrics: [], marks: [], gates: null, weights: null,
  facts: null, problem: "",
});

/** What a card sees while nothing has been started. */
export const NOTHING = Object.freeze(emptyStore());

const feeds = new Map();

class Feed {
  constructor(run, token) {
    this.run = run;
    this.token = token;
    this.store = emptyStore();
    this.handles = new Set();
    this.entries = [];
    this.news = new Set();
    this.owed = 0;
    this.delay = BACKOFF_MS[0];
    this.asked = new Set();
  }

  /** Opens, or opens anew with more channels, after the cards of one page have all asked. */
  plan(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), ms);
  }

  connect() {
    this.drop();
    if (!this.handles.size) return;
    this.asked = new Set([...this.handles].flatMap((handle) => handle.channels));
    const url = new URL(`/dgviz/stream/${encodeURIComponent(this.run)}`, location.origin);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("token", this.token ?? "");
    url.searchParams.set("channels", [...this.asked].join());
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = ({ code }) => this.closed(code);
    this.socket = socket;
    if (this.store.connection === "none") this.turn("connecting");
  }

  /** Lets go of the socket without treating that as a loss. */
  drop() {
    if (!this.socket) return;
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
    this.owed = 0;
  }

  closed(code) {
    this.socket = null;
    this.owed = 0;
    this.turn("lost");
    if (REFUSALS[code]) {
      this.store.status = { ...this.store.status, phase: "lost", reason: REFUSALS[code] };
      this.tell("status");
      return;
    }
    this.plan(this.delay);
    this.delay = Math.min(2 * this.delay, BACKOFF_MS[1]);
  }

  turn(connection) {
    this.store.connection = connection;
    this.tell("connection");
  }

  take(data) {
    this.delay = BACKOFF_MS[0];
    if (this.store.connection !== "open") this.turn("open");
    try {
      if (typeof data === "string") this.takeText(JSON.parse(data));
      else this.takeBlob(data);
    } catch (error) {
      this.store.problem = `A message from the server could not be read. ${error.message}`;
      this.tell("error");
    }
  }

  takeText(message) {
    if (message.type === "status") {
      // Trouble with one phase of the run is no news in the next.
      if (this.store.status?.phase !== message.phase) this.store.problem = "";
      this.store.status = message;
    }
    if (message.type === "error") this.store.problem = String(message.message ?? "");
    else if (message.type === "log") this.takeLog(message);
    this.tell(message.type);
  }

  takeLog({ start, entries }) {
    const isNews = start >= this.entries.length;
    entries.forEach((entry, k) => (this.entries[start + k] = entry));
    const { metrics, marks } = this.store;
    const fresh = isNews ? entries : this.entries.filter(Boolean);
    if (!isNews) metrics.length = marks.length = 0;
    for (const entry of fresh) (entry.kind === "knob" ? marks : metrics).push(entry);
  }

  takeBlob(buffer) {
    this.owed += 1;
    this.tell("frame");
    const blob = parse(buffer);
    const meta = JSON.parse(blob.metadata.dgviz ?? "{}");
    if (meta.channel === "gates") {
      this.store.gates = frameFrom(blob, meta);
      preview.adopted(meta.tau_knob);
    } else if (meta.channel === "weights") {
      const names = Object.keys(blob.tensors).sort();
      this.store.weights = { meta, layers: names.map((name) => blob.tensors[name]) };
    } else if (meta.channel === "facts") {
      const { always_zero: zero, mean_image: mean } = blob.tensors;
      this.store.facts = { ...meta, alwaysZero: zero?.data ?? null, mean: mean?.data ?? null };
    }
    this.tell(meta.channel);
  }

  /** Notes that there is news of this kind; subscribers hear of it at the next drawn frame. */
  tell(kind) {
    this.news.add(kind);
    this.drawing ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.drawing = 0;
    const kinds = this.news;
    this.news = new Set();
    for (const { listeners } of this.handles) {
      for (const listener of listeners) {
        try {
          listener(kinds);
        } catch (error) {
          console.error(error);
        }
      }
    }
    for (; this.owed > 0; this.owed--) {
      if (this.socket?.readyState === WebSocket.OPEN) this.socket.send("ready");
    }
  }

  release(handle) {
    this.handles.delete(handle);
    // A page that is being redrawn lets go and takes hold again within a moment.
    setTimeout(() => {
      if (this.handles.size) return;
      clearTimeout(this.timer);
      this.drop();
      const key = `${this.run} ${this.token}`;
      if (feeds.get(key) === this) feeds.delete(key);
    }, LINGER_MS);
  }
}

/**
 * Takes hold of a run's feed; the socket is shared, and closes when the last holder lets go.
 * @param {{run: string, token: string, channels?: string[]}} wish
 *   channels: any of "gates", "weights", "facts"; none of them means status and log only
 * @returns {{store: Store, subscribe: (fn: (kinds: Set<string>) => void) => () => void,
 *   close: () => void}} kinds: "status", "log", "gates", "weights", "facts", "connection", "error"
 */
export function openFeed({ run, token, channels = [] }) {
  const key = `${run} ${token}`;
  if (!feeds.has(key)) feeds.set(key, new Feed(run, token));
  const feed = feeds.get(key);
  const handle = { channels, listeners: new Set() };
  feed.handles.add(handle);
  const refused = feed.store.status?.phase === "lost";
  const served = feed.socket && channels.every((channel) => feed.asked.has(channel));
  if (!refused && !served) feed.plan(GATHER_MS);
  return {
    store: feed.store,
    subscribe(fn) {
      handle.listeners.add(fn);
      return () => handle.listeners.delete(fn);
    },
    close: () => feed.release(handle),
  };
}
