/**
 * One WebSocket per run, shared by all cards of the page. The feed keeps the whole log and otherwise
 * only the newest state. It notifies its subscribers at most once in an animation frame, and sends
 * "ready" after they have drawn, so that a slow page gets fewer snapshots instead of late ones.
 */
import { streamUrl } from "./addresses.js";
import { Replay } from "./replay.js";
import { Store } from "./store.js";

const GATHER_MS = 100;
const LINGER_MS = 1500;
const BACKOFF_MS = [500, 5000];
/** The server refuses this page, or has no such run. Its last message has the reason. */
const REFUSALS = [4403, 4404];
/** The run has a new session, for which the socket must be opened again. */
const RESTARTED = 1012;

/** @type {Map<string, Feed>} */
const feeds = new Map();

/** @typedef {{channels: string[], listeners: Set<(kinds: Set<string>) => void>}} Handle */

class Feed {
  /** @param {string} run @param {string} token */
  constructor(run, token) {
    this.run = run;
    this.token = token;
    this.store = new Store();
    this.replay = new Replay(run, token, this.store, (kind) => this.notify(kind));
    /** @type {?WebSocket} */
    this.socket = null;
    /** @type {Set<Handle>} */
    this.handles = new Set();
    /** @type {Set<string>} kinds of changes since the subscribers were notified */
    this.changes = new Set();
    /** number of binary messages not yet answered with "ready" */
    this.unanswered = 0;
    this.delay = BACKOFF_MS[0];
    /** the channels that were requested, comma-separated */
    this.requested = "";
    this.timer = 0;
    this.drawing = 0;
  }

  /** Connects after a delay, in which all cards of a page open the feed. @param {number} ms */
  scheduleConnect(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), ms);
  }

  /** The channels that the cards need now. @returns {string[]} */
  get needed() {
    const names = new Set([...this.handles].flatMap((handle) => handle.channels));
    // The gates channel contains the masks.
    if (names.has("gates")) names.delete("masks");
    return [...names].sort();
  }

  connect() {
    if (!this.handles.size) {
      this.disconnect();
      return;
    }
    if (this.socket) {
      this.requestChannels();
      return;
    }
    this.requested = this.needed.join();
    const socket = new WebSocket(streamUrl(this, this.needed));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.requestChannels();
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = ({ code }) => this.onClose(code);
    this.socket = socket;
    if (this.store.connection === "none") this.setConnection("connecting");
  }

  /** Requests the channels that the cards need, if they have changed and the socket is open. */
  requestChannels() {
    const names = this.needed.join();
    if (names === this.requested || !this.socket) return;
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.requested = names;
    this.socket.send(`channels ${names}`);
  }

  /** Closes the socket without marking the connection as lost. */
  disconnect() {
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
    this.unanswered = 0;
  }

  /** @param {number} code */
  onClose(code) {
    this.socket = null;
    this.unanswered = 0;
    if (code === RESTARTED) {
      this.scheduleConnect(GATHER_MS);
      return;
    }
    this.setConnection("lost");
    if (REFUSALS.includes(code)) {
      this.store.status = { ...this.store.status, phase: "lost", reason: this.store.problem };
      this.notify("status");
      return;
    }
    this.scheduleConnect(this.delay);
    this.delay = Math.min(2 * this.delay, BACKOFF_MS[1]);
  }

  /** @param {Store["connection"]} connection */
  setConnection(connection) {
    this.store.connection = connection;
    this.notify("connection");
  }

  /** @param {string|ArrayBuffer} data */
  receive(data) {
    this.delay = BACKOFF_MS[0];
    if (this.store.connection !== "open") this.setConnection("open");
    try {
      if (typeof data === "string") this.notify(this.store.takeText(JSON.parse(data)));
      else this.receiveBinary(data);
    } catch (error) {
      this.store.problem = `A message from the server could not be read. ${error.message}`;
      this.notify("error");
    }
  }

  /** @param {ArrayBuffer} buffer */
  receiveBinary(buffer) {
    // A message that cannot be read is answered as well.
    this.unanswered += 1;
    this.notify(this.store.takeBlob(buffer));
  }

  /**
   * Records a change. Subscribers are called in the next animation frame.
   * @param {string} kind
   */
  notify(kind) {
    this.changes.add(kind);
    this.drawing ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.drawing = 0;
    const kinds = this.changes;
    this.changes = new Set();
    for (const { listeners } of this.handles) {
      for (const listener of listeners) {
        try {
          listener(kinds);
        } catch (error) {
          console.error(error);
        }
      }
    }
    for (; this.unanswered > 0; this.unanswered--) {
      if (this.socket?.readyState === WebSocket.OPEN) this.socket.send("ready");
    }
  }

  /** @param {Handle} handle */
  release(handle) {
    this.handles.delete(handle);
    // A page that is being redrawn removes its cards and mounts them again at once.
    setTimeout(() => {
      if (this.handles.size) {
        this.requestChannels();
        return;
      }
      clearTimeout(this.timer);
      this.disconnect();
      const key = `${this.run} ${this.token}`;
      if (feeds.get(key) === this) feeds.delete(key);
    }, LINGER_MS);
  }
}

/**
 * Opens the feed of a run. The shared socket closes after the last handle.
 * @param {{run: string, token: string, channels?: string[]}} request
 *   channels: any of "masks", "gates" (masks with gate probabilities), "weights", "facts"; status
 *   and log always come
 * @returns {{store: Store, whole: Store, replay: Replay, close: () => void,
 *   setChannels: (channels: string[]) => void,
 *   subscribe: (fn: (kinds: Set<string>) => void) => () => void, hasChanges: boolean}} store: the run
 *   at the playhead; whole: the run up to its end; kinds: "status", "log", "gates", "weights",
 *   "facts", "replay", "connection", "error"; hasChanges: whether the subscribers have yet to be
 *   called for a change in the stores
 */
export function openFeed({ run, token, channels = [] }) {
  const key = `${run} ${token}`;
  const feed = feeds.get(key) ?? new Feed(run, token);
  feeds.set(key, feed);
  /** @type {Handle} */
  const handle = { channels, listeners: new Set() };
  feed.handles.add(handle);
  if (feed.store.status?.phase !== "lost") feed.scheduleConnect(GATHER_MS);
  return {
    get store() {
      return feed.replay.store ?? feed.store;
    },
    get hasChanges() {
      return feed.changes.size > 0;
    },
    setChannels(names) {
      handle.channels = names;
      feed.requestChannels();
    },
    whole: feed.store,
    replay: feed.replay,
    subscribe(fn) {
      handle.listeners.add(fn);
      return () => handle.listeners.delete(fn);
    },
    close: () => feed.release(handle),
  };
}
