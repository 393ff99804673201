/**
 * Mounts cards. A card is built once for its place on the page and drawn again when its data, its
 * runs or the theme change. It disposes of itself after its place has been removed.
 */
import { fileUrl } from "../core/addresses.js";
import { openFeed } from "../core/feed.js";
import { firstSentence } from "../core/format.js";
import * as hover from "../core/hover.js";
import * as preview from "../core/preview.js";
import { EMPTY_STORE, ENDED } from "../core/store.js";
import { el } from "./dom.js";
import { readTheme } from "./theme.js";

const SWEEP_MS = 1000;
/** A card this near to the window is drawn already, before it is scrolled into sight. */
const NEAR_PX = 200;
/** @type {WeakMap<Node, Card>} */
const cards = new WeakMap();
/** @type {Set<Card>} */
const mounted = new Set();

/**
 * @typedef {Object} Spec
 * @property {string} name the card's CSS class
 * @property {number} height in pixels until the style sheet has loaded
 * @property {string[]} [channels] of the run's feed; see feed.js
 * @property {string[]} [baselineChannels] of the dense baseline's feed
 * @property {boolean} [follows] whether the card is drawn from the runs in the data: `run`, its dense
 *   `baseline`, and an `other` to compare it with
 * @property {boolean} [scores] whether the card reads gate probabilities while it is in sight
 * @property {boolean} [previews] whether the card is drawn again while tau is dragged
 * @property {boolean} [hovers] whether the card shows the pixel under the pointer
 * @property {(store: Store, data: any) => Store} [part] what the card sees of the run, if not all of it
 * @property {Object<string, Subscribe>} [shared] what else the card shares with other cards, by the
 *   kind of change with which it is drawn again
 * @property {boolean} [lazy] whether the card is not drawn while it is out of sight
 * @property {(card: Card) => View} build
 *
 * @typedef {(listener: () => void) => () => void} Subscribe returns what ends the subscription
 *
 * @typedef {Object} View
 * @property {(kinds: Set<string>) => void} draw kinds of changes: those of the feed, and "mount",
 *   "theme", "size", "preview", "hover", "sight", "baseline", "other", and those of `shared`
 * @property {(kinds: Set<string>) => void} [onChange] called before, and while out of sight as well
 * @property {() => void} [dispose]
 *
 * @typedef {Object} Component Streamlit's
 * @property {HTMLElement|ShadowRoot} parentElement
 * @property {any} data from Python
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 *
 * @typedef {"run"|"baseline"|"other"} Role of a run in a card
 *
 * @typedef {Object} Method what the cards of the Live page show of the run's method, or before a run
 *   of the chosen one: `data.method`
 * @property {boolean} masks whether it takes connections away
 * @property {string} scores its name for the score of a connection; "" without scores
 * @property {string} whose a sentence on whose gate a connection has; "" if it is its own
 * @property {number} keep with so many connections or fewer its gates no longer change; 0 without
 *   such a number
 * @property {number} frozenFrom the epoch from which on its gates no longer change
 * @property {string} routes what it calls a route: "expert"; "" without routes
 *
 * @typedef {import("../core/store.js").Store} Store
 */

export class Card {
  /** @param {Component} component @param {Spec} spec */
  constructor(component, spec) {
    this.component = component;
    this.parent = component.parentElement;
    this.spec = spec;
    this.root = el("div", {
      class: `dgviz ${spec.name}`,
      style: `visibility:hidden;min-height:${spec.height}px`,
    });
    /** @type {any} data from Python */
    this.data = component.data ?? {};
    this.theme = readTheme(this.root);
    /** @type {View} */
    this.view = { draw: () => undefined };
    /**
     * @type {{[role in Role]?: ?{run: string, token: string, feed: ReturnType<typeof openFeed>}}}
     */
    this.feeds = {};
    this.missedChecks = 0;
    /** @type {Array<() => void>} */
    this.unsubscribers = [];
    this.inSight = !spec.lazy;
    this.isComplete = false;
    this.readsScores = false;
    /** @type {Set<string>} kinds of changes that are not drawn yet */
    this.undrawn = new Set();
  }

  /** The run at its playhead, or an empty store; see `part`. @returns {Store} */
  get store() {
    const store = this.feeds.run?.feed.store ?? EMPTY_STORE;
    return this.spec.part?.(store, this.data) ?? store;
  }

  /** The run up to its end. @returns {import("../core/store.js").Store} */
  get whole() {
    return this.feeds.run?.feed.whole ?? EMPTY_STORE;
  }

  /** The run's recorded snapshots. @returns {?import("../core/replay.js").Replay} */
  get replay() {
    return this.feeds.run?.feed.replay ?? null;
  }

  /** The newest state of the dense baseline, or null: it may have been deleted. */
  get baseline() {
    const { whole = null } = this.feeds.baseline?.feed ?? {};
    return whole?.status?.phase === "lost" ? null : whole;
  }

  /** The run to compare with, at its playhead. @returns {import("../core/store.js").Store} */
  get other() {
    return this.feeds.other?.feed.store ?? EMPTY_STORE;
  }

  /** The threshold to draw with. @returns {number} NaN while there is no snapshot */
  get tau() {
    const { gates } = this.store;
    return gates ? preview.tauFor(gates) : NaN;
  }

  /** Why there is no snapshot yet. @param {string} invitation the text without a run */
  emptyText(invitation) {
    if (this.data.run == null) return invitation;
    const { phase = "", reason } = this.store.status ?? {};
    // The status line has the whole reason.
    if (phase === "lost") return firstSentence(reason ?? "");
    // Any other run has a snapshot from before its first step.
    if (phase === "elsewhere" && this.whole.metrics.some(({ step }) => step > 0)) {
      return "This run is trained together with others: its snapshots are recorded at its end.";
    }
    return ENDED.includes(phase)
      ? "This run ended before its first snapshot."
      : "Waiting for the first snapshot.";
  }

  attach() {
    const link = el("link", { rel: "stylesheet", href: fileUrl("dgviz.css") });
    const show = () => {
      this.root.style.visibility = "";
      this.root.style.minHeight = "";
      this.draw("size");
    };
    link.addEventListener("load", show);
    link.addEventListener("error", show);
    this.parent.append(link, this.root);
    this.view = this.spec.build(this);
    new ResizeObserver(() => this.draw("size")).observe(this.root);
    if (!this.spec.lazy) return;
    /** @param {IntersectionObserverEntry[]} entries */
    const onSight = (entries) => this.setInSight(entries[entries.length - 1].isIntersecting);
    // The page scrolls within an element, to which the margin of the root does not apply.
    const near = { rootMargin: `${NEAR_PX}px`, scrollMargin: `${NEAR_PX}px` };
    new IntersectionObserver(onSight, near).observe(this.root);
  }

  /** @param {Component} component */
  update(component) {
    this.component = component;
    this.data = component.data ?? {};
    this.missedChecks = 0;
    mounted.add(this);
    if (!this.root.parentNode) this.parent.append(this.root);
    if (this.spec.follows) {
      this.follow("run", this.data, this.channels);
      this.follow("baseline", this.data.baseline, this.spec.baselineChannels ?? []);
      this.follow("other", this.data.other, this.channels);
    }
    this.subscribe();
    this.readTheme();
    this.draw("mount");
  }

  subscribe() {
    if (this.unsubscribers.length) return;
    const { previews, hovers, shared = {} } = this.spec;
    if (previews) this.unsubscribers.push(preview.subscribe(() => this.onPreview()));
    if (hovers) this.unsubscribers.push(hover.subscribe(() => this.draw("hover")));
    for (const [kind, subscribe] of Object.entries(shared)) {
      this.unsubscribers.push(subscribe(() => this.draw(kind)));
    }
  }

  onPreview() {
    this.requestChannels();
    this.draw("preview");
  }

  /** Sets whether the view reads gate probabilities now. @param {boolean} isNeeded */
  needScores(isNeeded) {
    if (this.readsScores === isNeeded) return;
    this.readsScores = isNeeded;
    this.requestChannels();
  }

  /** The channels to request. Gate probabilities make a snapshot nine times as large. */
  get channels() {
    const { channels = [], scores, previews } = this.spec;
    const isNeeded =
      this.readsScores || (scores && this.inSight) || (previews && preview.isLikely());
    return isNeeded ? channels.map((name) => (name === "masks" ? "gates" : name)) : channels;
  }

  requestChannels() {
    for (const one of [this.feeds.run, this.feeds.other]) one?.feed.setChannels(this.channels);
  }

  /**
   * @param {Role} role @param {?{run: ?string, token: string}|undefined} source a run, or none
   * @param {string[]} channels
   */
  follow(role, source, channels) {
    const current = this.feeds[role];
    const { run = null, token = "" } = source ?? {};
    if ((current?.run ?? null) === run && (!current || current.token === token)) return;
    current?.feed.close();
    this.feeds[role] = null;
    if (run === null) return;
    const feed = openFeed({ run, token, channels });
    feed.subscribe((kinds) => {
      // The slider is the run's: snapshots of the other runs do not answer it.
      if (role === "run" && kinds.has("gates")) this.confirmPreview();
      this.show(role === "run" ? kinds : new Set([role]));
    });
    this.feeds[role] = { run, token, feed };
  }

  confirmPreview() {
    const { gates } = this.whole;
    if (this.spec.previews && gates) preview.confirm(gates.meta.tau_knob);
  }

  readTheme() {
    this.theme = readTheme(this.root);
    this.root.toggleAttribute("data-dark", this.theme.dark);
  }

  /** @param {string} kind of change */
  draw(kind) {
    this.show(new Set([kind]));
  }

  /** Draws the changes, or keeps them until the card is in sight. @param {Set<string>} kinds */
  show(kinds) {
    // An answer may come after the card was removed, and there is nothing to draw it in.
    if (!mounted.has(this)) return;
    this.view.onChange?.(kinds);
    if (this.inSight || !this.isComplete) this.drawNow(kinds);
    else for (const kind of kinds) this.undrawn.add(kind);
  }

  /** @param {Set<string>} kinds of changes */
  drawNow(kinds) {
    this.view.draw(kinds);
    const { gates, weights, facts } = this.store;
    // A complete card has its final height. If the feed has more changes, the newest snapshot is in
    // the store but not drawn yet.
    this.isComplete = Boolean(gates && weights && facts) && !this.feeds.run?.feed.hasChanges;
  }

  /** @param {boolean} inSight */
  setInSight(inSight) {
    this.inSight = inSight;
    this.requestChannels();
    if (!inSight) return;
    const kinds = this.undrawn.add("sight");
    this.undrawn = new Set();
    this.drawNow(kinds);
  }

  /** Checks once a second whether the card was removed or the theme has changed. */
  check() {
    if (!this.root.isConnected) {
      // Streamlit may be moving the card. If it is absent twice, it has been removed.
      this.missedChecks += 1;
      if (this.missedChecks > 1) this.dispose();
      return;
    }
    this.missedChecks = 0;
    if (readTheme(this.root).id === this.theme.id) return;
    this.readTheme();
    this.draw("theme");
  }

  dispose() {
    mounted.delete(this);
    for (const role of /** @type {Role[]} */ (Object.keys(this.feeds))) this.follow(role, null, []);
    for (const unsubscribe of this.unsubscribers.splice(0)) unsubscribe();
    this.view.dispose?.();
  }
}

setInterval(() => {
  for (const card of [...mounted]) card.check();
}, SWEEP_MS);

/**
 * Builds the card at the first call for a place on the page, and updates it at later calls.
 * @param {Component} component @param {Spec} spec
 */
export function mountCard(component, spec) {
  const { parentElement } = component;
  let card = cards.get(parentElement);
  if (!card) {
    card = new Card(component, spec);
    cards.set(parentElement, card);
    card.attach();
  }
  card.update(component);
}
