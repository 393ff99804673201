/** The playhead of an ended run: drag it, play it, and every card of the run shows that snapshot. */

import { Echoes } from "../core/echoes.js";
import { ENDED } from "../core/store.js";
import { sendState } from "../core/telling.js";
import { el, setAttribute, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { Player } from "./player.js";
import { excuseFor, snapshotText, troubleText } from "./snapshot_text.js";
import { timeTrack } from "./time_track.js";
import { transport } from "./transport.js";

const SPEEDS = [1, 2, 5, 10, 20];
const SETTLING_MS = 250;

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, at: ?number} at: the
 *   step to begin at; tells "at": the step where the reader has stopped, or null at the end
 */
export const mount = (component) =>
  mountCard(component, { name: "scrubber", height: 66, follows: true, build });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  /** @type {?import("../core/replay.js").Replay} */
  let replay = null;
  /** @type {?number|undefined} the step that the page's link points to */
  let asked;
  /** @type {?number|undefined} the step that Python was told */
  let reported;
  /** @type {Echoes<?number>} */
  const echoes = new Echoes();
  let settling = 0;
  let drawn = 0;
  /** @type {?import("../core/gates.js").Snapshot} */
  let seen = null;
  const player = new Player(
    () => replay,
    () => {
      draw();
      if (!player.playing) settle();
    },
  );

  const track = timeTrack({ seek: (index) => go(index), settle });
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
  const words = el("div", { class: "snapshot" });
  const trouble = el("div", { class: "trouble", role: "status" });
  const told = el("div", { class: "told" }, words, trouble);
  const excuse = el("p", { class: "sub excuse" });
  const section = el(
    "section",
    {
      class: "card replay",
      "data-testid": "scrubber",
      "aria-label": "Replay",
    },
    buttons.node,
    track.node,
    told,
    excuse,
    speeds,
  );
  card.root.append(section);
  // Whoever is here is about to move it: by then the nearest snapshots have come.
  for (const arrival of ["pointerenter", "focusin"]) {
    section.addEventListener(arrival, () => replay?.loadAll());
  }

  /** @param {number} index @param {boolean} [released] whether the slider was let go of */
  function go(index, released = false) {
    player.stop();
    replay?.seek(index);
    draw();
    if (released) settle();
  }

  /** Tells Python where the reader has stopped, once that is where they stay. */
  function settle() {
    clearTimeout(settling);
    settling = setTimeout(() => {
      if (player.playing || !replay?.steps.length) return;
      const at = replay.atEnd ? null : replay.steps[replay.index];
      if (at === reported) return;
      reported = at;
      echoes.add(at);
      sendState(card.component, "at", at);
    }, SETTLING_MS);
  }

  /** Holds on to the run's recording as it is now: that of a resumed run is another one. */
  async function hold() {
    if (card.replay !== replay) {
      letGo();
      replay = card.replay;
    }
    const { status } = card.whole;
    if (!replay || !status) return;
    const session = ENDED.includes(status.phase) ? `${status.phase} ${status.step}` : null;
    if (session === replay.session) return;
    player.stop();
    if (session === null) replay.clear();
    else if (await replay.load(session)) begin(true);
  }

  /** Goes where the page's link points, when that is news. @param {boolean} anew */
  function begin(anew) {
    const { at = null } = card.data;
    const isNews = at !== asked && !echoes.isEcho(at);
    asked = at;
    if (!replay?.steps.length || !(anew || isNews)) return;
    reported = at;
    replay.seek(at === null ? replay.last : replay.indexOf(at));
  }

  function letGo() {
    player.stop();
    clearTimeout(settling);
    replay?.clear();
    replay = null;
  }

  /** @returns {boolean} whether there is nothing to replay */
  function drawExcuse() {
    const sentence = excuseFor(card.data.run, card.whole.status, replay);
    setText(excuse, sentence);
    excuse.hidden = !sentence;
    const appears = track.node.hidden && !sentence;
    track.node.hidden = told.hidden = Boolean(sentence);
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
    setText(words, parts.join("\n"));
    setText(trouble, troubleText(shown));
    track.draw(shown, whole.marks, parts.join(" · "));
    buttons.draw({ playing: player.playing, atStart: index === 0, atEnd: shown.atEnd });
    setAttribute(section, "data-step", card.store.gates?.meta.step ?? steps[place]);
    setAttribute(section, "data-snapshot", place + 1);
    setAttribute(section, "data-snapshots", steps.length);
    setAttribute(section, "data-loaded", shown.loaded);
  }

  /** Counts what the cards, which are told in the same breath, draw. */
  function countDrawn() {
    const { gates } = card.store;
    if (gates !== seen) drawn += 1;
    seen = gates;
    setAttribute(section, "data-drawn", drawn);
  }

  /** @param {Set<string>} [kinds] of news */
  function draw(kinds) {
    if (!kinds || ["mount", "status", "replay"].some((kind) => kinds.has(kind))) void hold();
    if (kinds?.has("mount")) begin(false);
    if (kinds?.has("replay")) countDrawn();
    if (kinds?.has("size")) track.resize();
    if (!drawExcuse() && replay) drawSnapshot(replay);
  }
  return { draw, dispose: letGo };
}
