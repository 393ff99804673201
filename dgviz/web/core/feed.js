/**
 * One WebSocket per run, shared by every card on the page. The feed keeps only the newest of
 * everything but the log, tells its subscribers at most once a animation snapshot, and answers "ready"
 * after the drawing, so that a slow page gets fewer snapshots rather than late ones.
 */
import { streamUrl } from "./addresses.js";
import { Replay } from "./replay.js";
import { Store } from "./store.js";

const GATHER_MS = 100;
const LINGER_MS = 1500;
const BACKOFF_MS = [500, 5000];
/** The server refuses this page, or has no such run; its last message says why. */
const REFUSALS = [4403, 4404];
/** The run has begun another life, and the server wants to be asked anew. */
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
    this.replay = new Replay(run, token, this.store, (kind) => this.tell(kind));
    /** @type {?WebSocket} */
    this.socket = null;
    /** @type {Set<Handle>} */
    this.handles = new Set();
    /** @type {Set<string>} kinds of news that the subscribers have not been told */
    this.news = new Set();
    this.owed = 0;
    this.delay = BACKOFF_MS[0];
    /** the channels that the server has been asked for, comma-separated */
    this.asked = "";
    this.timer = 0;
    this.drawing = 0;
  }

  /** Opens the socket, after the cards of one page have all asked. @param {number} ms */
  plan(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), ms);
  }

  /** What the cards want by now. @returns {string[]} */
  get wanted() {
    const names = new Set([...this.handles].flatMap((handle) => handle.channels));
    // These have the masks as well.
    if (names.has("gates")) names.delete("masks");
    return [...names].sort();
  }

  connect() {
    if (!this.handles.size) {
      this.drop();
      return;
    }
    if (this.socket) {
      this.ask();
      return;
    }
    this.asked = this.wanted.join();
    const socket = new WebSocket(streamUrl(this, this.wanted));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.ask();
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = ({ code }) => this.closed(code);
    this.socket = socket;
    if (this.store.connection === "none") this.turn("connecting");
  }

  /** Asks on the open socket for what the cards want by now, if that is something else. */
  ask() {
    const wanted = this.wanted.join();
    if (wanted === this.asked || !this.socket || this.socket.readyState !== WebSocket.OPEN) return;
    this.asked = wanted;
    this.socket.send(`channels ${wanted}`);
  }

  /** Lets go of the socket without treating that as a loss. */
  drop() {
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
    this.owed = 0;
  }

  /** @param {number} code */
  closed(code) {
    this.socket = null;
    this.owed = 0;
    if (code === RESTARTED) {
      this.plan(GATHER_MS);
      return;
    }
    this.turn("lost");
    if (REFUSALS.includes(code)) {
      this.store.status = { ...this.store.status, phase: "lost", reason: this.store.problem };
      this.tell("status");
      return;
    }
    this.plan(this.delay);
    this.delay = Math.min(2 * this.delay, BACKOFF_MS[1]);
  }

  /** @param {Store["connection"]} connection */
  turn(connection) {
    this.store.connection = connection;
    this.tell("connection");
  }

  /** @param {string|ArrayBuffer} data */
  take(data) {
    this.delay = BACKOFF_MS[0];
    if (this.store.connection !== "open") this.turn("open");
    try {
      if (typeof data === "string") this.tell(this.store.takeText(JSON.parse(data)));
      else this.takeBinary(data);
    } catch (error) {
      this.store.problem = `A message from the server could not be read. ${error.message}`;
      this.tell("error");
    }
  }

  /** @param {ArrayBuffer} buffer */
  takeBinary(buffer) {
    this.owed += 1;
    // Answered for even when it cannot be read.
    this.tell("snapshot");
    this.tell(this.store.takeBlob(buffer));
  }

  /**
   * Notes that there is news of this kind; subscribers hear of it at the next animation snapshot.
   * @param {string} kind
   */
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

  /** @param {Handle} handle */
  release(handle) {
    this.handles.delete(handle);
    // A page that is being redrawn removes its cards and mounts them again at once.
    setTimeout(() => {
      if (this.handles.size) {
        this.ask();
        return;
      }
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
 *   channels: any of "masks", "gates" (masks with gate probabilities), "weights", "facts"; none of
 *   them means status and log only
 * @returns {{store: Store, whole: Store, replay: Replay, close: () => void,
 *   ask: (channels: string[]) => void, subscribe: (fn: (kinds: Set<string>) => void) => () => void,
 *   untold: boolean}} store: the run at the playhead; whole: all that is known of it; ask: for other
 *   channels than before; kinds: "status", "log", "gates", "weights",
 *   "facts", "replay", "connection", "error"; untold: the stores hold news that no subscriber has
 *   been told
 */
export function openFeed({ run, token, channels = [] }) {
  const key = `${run} ${token}`;
  const feed = feeds.get(key) ?? new Feed(run, token);
  feeds.set(key, feed);
  /** @type {Handle} */
  const handle = { channels, listeners: new Set() };
  feed.handles.add(handle);
  if (feed.store.status?.phase !== "lost") feed.plan(GATHER_MS);
  return {
    get store() {
      return feed.replay.store ?? feed.store;
    },
    get untold() {
      return feed.news.size > 0;
    },
    ask(names) {
      handle.channels = names;
      feed.ask();
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
