/**
 * What every card shares: it is built once for its place on the page, told again whenever its data
 * or the theme change, follows a run's feed, and lets go by itself when its place has been removed.
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
/** A card this far below the window is drawn already, so that scrolling finds it there. */
const NEAR_PX = 200;
/** @type {WeakMap<Node, Card>} */
const cards = new WeakMap();
/** @type {Set<Card>} */
const living = new Set();

/**
 * @typedef {Object} Spec
 * @property {string} name the card's CSS class
 * @property {number} height pixels kept free until the style sheet has come
 * @property {string[]} [channels] of the run's feed; see feed.js
 * @property {string[]} [baselineChannels] of the dense baseline's feed
 * @property {boolean} [follows] whether the card is drawn from the runs in the data: `run` itself,
 *   its dense `baseline`, an `other` to compare it with
 * @property {boolean} [scores] whether the card reads gate probabilities while it is in sight
 * @property {boolean} [previews] whether the card is drawn again while tau is dragged
 * @property {boolean} [hovers] whether the card shows the pixel pointed at
 * @property {boolean} [lazy] whether the card is not drawn while it is out of sight
 * @property {(card: Card) => View} build
 *
 * @typedef {Object} View
 * @property {(kinds: Set<string>) => void} draw kinds of news: those of the feed, and "mount",
 *   "theme", "size", "preview", "hover", "sight", "baseline", "other"
 * @property {(kinds: Set<string>) => void} [onChange] the same, and also called while the card is out of sight
 * @property {() => void} [dispose]
 *
 * @typedef {Object} Component Streamlit's
 * @property {HTMLElement|ShadowRoot} parentElement
 * @property {any} data what Python tells the card
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 *
 * @typedef {"run"|"baseline"|"other"} Role of a run in a card
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
    /** @type {any} what Python tells the card */
    this.data = component.data ?? {};
    this.theme = readTheme(this.root);
    /** @type {View} */
    this.view = { draw: () => undefined };
    /**
     * @type {{[role in Role]?: ?{run: string, token: string, feed: ReturnType<typeof openFeed>}}}
     */
    this.feeds = {};
    this.missed = 0;
    /** @type {Array<() => void>} */
    this.stops = [];
    this.inSight = !spec.lazy;
    this.filled = false;
    this.readsScores = false;
    /** @type {Set<string>} news that has not been drawn */
    this.unseen = new Set();
  }

  /** The run at its playhead, or an empty one. @returns {import("../core/store.js").Store} */
  get store() {
    return this.feeds.run?.feed.store ?? EMPTY_STORE;
  }

  /** All that is known of the run, up to its end. @returns {import("../core/store.js").Store} */
  get whole() {
    return this.feeds.run?.feed.whole ?? EMPTY_STORE;
  }

  /** The run's recorded snapshots. @returns {?import("../core/replay.js").Replay} */
  get replay() {
    return this.feeds.run?.feed.replay ?? null;
  }

  /** The newest state of the dense baseline, or null: it may have been deleted meanwhile. */
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

  /** Why there is nothing to see yet. @param {string} invitation while there is no run */
  emptyText(invitation) {
    if (this.data.run == null) return invitation;
    const { phase = "", reason } = this.store.status ?? {};
    // All of it stands in the line at the top, and in the server's log.
    if (phase === "lost") return firstSentence(reason ?? "");
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
    const turn = (entries) => this.turnUp(entries[entries.length - 1].isIntersecting);
    // The page scrolls within an element, which a margin of the root does not reach beyond.
    const near = { rootMargin: `${NEAR_PX}px`, scrollMargin: `${NEAR_PX}px` };
    new IntersectionObserver(turn, near).observe(this.root);
  }

  /** @param {Component} component */
  update(component) {
    this.component = component;
    this.data = component.data ?? {};
    this.missed = 0;
    living.add(this);
    if (!this.root.parentNode) this.parent.append(this.root);
    if (this.spec.follows) {
      this.follow("run", this.data, this.channels);
      this.follow("baseline", this.data.baseline, this.spec.baselineChannels ?? []);
      this.follow("other", this.data.other, this.channels);
    }
    this.listen();
    this.readTheme();
    this.draw("mount");
  }

  listen() {
    if (this.stops.length) return;
    const { previews, hovers } = this.spec;
    if (previews) this.stops.push(preview.subscribe(() => this.previewed()));
    if (hovers) this.stops.push(hover.subscribe(() => this.draw("hover")));
  }

  previewed() {
    this.ask();
    this.draw("preview");
  }

  /** Says whether the view reads gate probabilities just now. @param {boolean} isNeeded */
  needScores(isNeeded) {
    if (this.readsScores === isNeeded) return;
    this.readsScores = isNeeded;
    this.ask();
  }

  /** The channels to ask for: with gate probabilities a snapshot is nine times as large. */
  get channels() {
    const { channels = [], scores, previews } = this.spec;
    const isNeeded =
      this.readsScores || (scores && this.inSight) || (previews && preview.isLikely());
    return isNeeded ? channels.map((name) => (name === "masks" ? "gates" : name)) : channels;
  }

  ask() {
    for (const one of [this.feeds.run, this.feeds.other]) one?.feed.ask(this.channels);
  }

  /**
   * @param {Role} role @param {?{run: ?string, token: string}|undefined} wish a run, or none
   * @param {string[]} channels
   */
  follow(role, wish, channels) {
    const held = this.feeds[role];
    const { run = null, token = "" } = wish ?? {};
    if ((held?.run ?? null) === run && (!held || held.token === token)) return;
    held?.feed.close();
    this.feeds[role] = null;
    if (run === null) return;
    const feed = openFeed({ run, token, channels });
    feed.subscribe((kinds) => this.show(role === "run" ? kinds : new Set([role])));
    this.feeds[role] = { run, token, feed };
  }

  readTheme() {
    this.theme = readTheme(this.root);
    this.root.toggleAttribute("data-dark", this.theme.dark);
  }

  /** @param {string} kind of news */
  draw(kind) {
    this.show(new Set([kind]));
  }

  /** Draws the news, or keeps it until the card is in sight again. @param {Set<string>} kinds */
  show(kinds) {
    this.view.onChange?.(kinds);
    if (this.inSight || !this.filled) this.fill(kinds);
    else for (const kind of kinds) this.unseen.add(kind);
  }

  /** @param {Set<string>} kinds of news */
  fill(kinds) {
    this.view.draw(kinds);
    const { gates, weights, facts } = this.store;
    // From then on it has its height, and nothing jumps when it is drawn later. A snapshot
    // that has just come is not drawn yet: views draw what they are told, and other news came before.
    this.filled = Boolean(gates && weights && facts) && !this.feeds.run?.feed.untold;
  }

  /** @param {boolean} inSight */
  turnUp(inSight) {
    this.inSight = inSight;
    this.ask();
    if (!inSight) return;
    const kinds = this.unseen.add("sight");
    this.unseen = new Set();
    this.fill(kinds);
  }

  /** Once a second: is the card still on the page, and is the theme still what it was? */
  check() {
    if (!this.root.isConnected) {
      // Once may be a move from one place to another; twice is a removal.
      this.missed += 1;
      if (this.missed > 1) this.release();
      return;
    }
    this.missed = 0;
    if (readTheme(this.root).id === this.theme.id) return;
    this.readTheme();
    this.draw("theme");
  }

  release() {
    living.delete(this);
    for (const role of /** @type {Role[]} */ (Object.keys(this.feeds))) this.follow(role, null, []);
    for (const stop of this.stops.splice(0)) stop();
    this.view.dispose?.();
  }
}

setInterval(() => {
  for (const card of [...living]) card.check();
}, SWEEP_MS);

/**
 * Builds the card at its first call for a place on the page, and updates it at every other.
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
