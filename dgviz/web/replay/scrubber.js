/** The player of an ended run: all cards of the run show the snapshot at its playhead. */

import { Echoes } from "../core/echoes.js";
import { ENDED } from "../core/store.js";
import { sendState } from "../core/telling.js";
import { el, setAttribute, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { Player } from "./player.js";
import { problemText, snapshotText, unavailableText } from "./snapshot_text.js";
import { timeTrack } from "./time_track.js";
import { transport } from "./transport.js";

const SPEEDS = [1, 2, 5, 10, 20];
const SEND_MS = 250;

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, at: ?number} at: the
 *   step to begin at. Sends "at": the step where the reader has stopped, or null at the end
 */
export const mount = (component) =>
  mountCard(component, { name: "scrubber", height: 66, follows: true, build });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  /** @type {?import("../core/replay.js").Replay} */
  let replay = null;
  /** @type {?number|undefined} the step in the page's address */
  let linked;
  /** @type {?number|undefined} the step that was sent to Python */
  let sent;
  /** @type {Echoes<?number>} */
  const echoes = new Echoes();
  let sendTimer = 0;
  let drawn = 0;
  /** @type {?import("../core/gates.js").Snapshot} */
  let lastDrawn = null;
  const player = new Player(
    () => replay,
    () => {
      draw();
      if (!player.playing) sendStep();
    },
  );

  const track = timeTrack({ seek: (index) => go(index), released: sendStep });
  const buttons = transport({
    play: () => player.toggle(),
    step: (by) => replay && go(replay.index + by, true),
    end: () => replay && go(replay.last, true),
  });
  const speeds = el(
    "select",
    { "aria-label": "playback speed" },
    ...SPEEDS.map((n) => el("option", { value: n, selected: n === player.speed }, `${n}×`)),
  );
  speeds.addEventListener("change", () => (player.speed = Number(speeds.value)));
  const description = el("div", { class: "snapshot" });
  const trouble = el("div", { class: "trouble", role: "status" });
  const texts = el("div", { class: "texts" }, description, trouble);
  const unavailable = el("p", { class: "sub unavailable" });
  const section = el(
    "section",
    {
      class: "card replay",
      "data-testid": "scrubber",
      "aria-label": "Replay",
    },
    buttons.node,
    track.node,
    texts,
    unavailable,
    speeds,
  );
  card.root.append(section);
  // Load the nearest snapshots before the reader moves the playhead.
  for (const arrival of ["pointerenter", "focusin"]) {
    section.addEventListener(arrival, () => replay?.loadAll());
  }

  /** @param {number} index @param {boolean} [released] whether the slider was released */
  function go(index, released = false) {
    player.stop();
    replay?.seek(index);
    draw();
    if (released) sendStep();
  }

  /** Sends the step at the playhead to Python, after a pause without moves. */
  function sendStep() {
    clearTimeout(sendTimer);
    sendTimer = setTimeout(() => {
      if (player.playing || !replay?.steps.length) return;
      const at = replay.atEnd ? null : replay.steps[replay.index];
      if (at === sent) return;
      sent = at;
      echoes.add(at);
      sendState(card.component, "at", at);
    }, SEND_MS);
  }

  /** Loads the recording of the run's present session, if the run has ended. */
  async function loadRecording() {
    if (card.replay !== replay) {
      release();
      replay = card.replay;
    }
    const { status } = card.whole;
    if (!replay || !status) return;
    const session = ENDED.includes(status.phase) ? `${status.phase} ${status.step}` : null;
    if (session === replay.session) return;
    player.stop();
    if (session === null) replay.clear();
    else if (await replay.load(session)) seekLinked(true);
  }

  /** Seeks the step in the page's address, if it changed. @param {boolean} always even if not */
  function seekLinked(always) {
    const { at = null } = card.data;
    const isNew = at !== linked && !echoes.isEcho(at);
    linked = at;
    if (!replay?.steps.length || !(always || isNew)) return;
    sent = at;
    replay.seek(at === null ? replay.last : replay.indexOf(at));
  }

  function release() {
    player.stop();
    clearTimeout(sendTimer);
    replay?.clear();
    replay = null;
  }

  /** @returns {boolean} whether there is nothing to replay */
  function drawUnavailable() {
    const sentence = unavailableText(card.data.run, card.whole.status, replay);
    setText(unavailable, sentence);
    unavailable.hidden = !sentence;
    const appears = track.node.hidden && !sentence;
    track.node.hidden = texts.hidden = Boolean(sentence);
    if (sentence) buttons.disable();
    speeds.disabled = Boolean(sentence);
    if (appears) track.resize();
    return Boolean(sentence);
  }

  /** @param {import("../core/replay.js").Replay} shown */
  function drawSnapshot(shown) {
    const { index, drawn: place, steps } = shown;
    const { whole } = card;
    const parts = snapshotText(shown, card.store, whole.status?.epochs ?? null);
    setText(description, parts.join("\n"));
    setText(trouble, problemText(shown));
    track.draw(shown, whole.marks, parts.join(" · "));
    buttons.draw({ playing: player.playing, atStart: index === 0, atEnd: shown.atEnd });
    setAttribute(section, "data-step", card.store.gates?.meta.step ?? steps[place]);
    setAttribute(section, "data-snapshot", place + 1);
    setAttribute(section, "data-snapshots", steps.length);
    setAttribute(section, "data-loaded", shown.loaded);
  }

  /** Counts the snapshots that the cards draw; they are notified at the same time. */
  function countDrawn() {
    const { gates } = card.store;
    if (gates !== lastDrawn) drawn += 1;
    lastDrawn = gates;
    setAttribute(section, "data-drawn", drawn);
  }

  /** @param {Set<string>} [kinds] of changes */
  function draw(kinds) {
    if (!kinds || ["mount", "status", "replay"].some((kind) => kinds.has(kind))) {
      void loadRecording();
    }
    if (kinds?.has("mount")) seekLinked(false);
    if (kinds?.has("replay")) countDrawn();
    if (kinds?.has("size")) track.resize();
    if (!drawUnavailable() && replay) drawSnapshot(replay);
  }
  return { draw, dispose: release };
}
