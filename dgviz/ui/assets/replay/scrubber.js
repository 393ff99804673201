/** The playhead of an ended run: drag it, play it, and every card of the run shows that moment. */
import { el, mark, say, segmented } from "../dom.js";
import { count, known } from "../format.js";
import { mountCard } from "../mounting.js";
import { Player } from "./player.js";
import { agedWeights, ENDED } from "../store.js";
import { timeTrack } from "./time_track.js";
import { transport } from "./transport.js";

const SPEEDS = [1, 2, 5, 10, 20];
const SETTLING_MS = 250;
const NOT_RECORDED = "This run was not recorded, so there is nothing to replay.";

/**
 * @param {Object} component data: {run, token, at: ?number} at: the step to begin at; the state
 *   "at" is set to the step where the reader has stopped, or to null at the end
 */
export const mount = (component) =>
  mountCard(component, { name: "scrubber", height: 98, follows: true, build });

/** @param {import("../mounting.js").Card} card */
function build(card) {
  let replay = null;
  let asked;
  let reported;
  let settling = 0;
  let drawn = 0;
  let seen = null;
  const player = new Player(() => replay, () => {
    draw();
    if (!player.playing) settle();
  });

  const track = timeTrack({ seek: (index) => go(index), settle });
  const buttons = transport({
    play: () => player.toggle(),
    step: (by) => go(replay.index + by, true),
    end: () => go(replay.last, true),
  });
  const speeds = segmented("speed", SPEEDS.map((n) => [String(n), `${n}×`]), String(player.speed),
    (speed) => (player.speed = Number(speed)));
  const words = el("span", { class: "moment" });
  const trouble = el("span", { class: "trouble", role: "status" });
  const deck = el("div", { class: "deck" }, buttons.node, track.node, speeds);
  const told = el("div", { class: "told" }, words, trouble, buttons.end);
  const excuse = el("p", { class: "sub excuse" });
  const section = el("section", {
    class: "card replay", "data-testid": "scrubber", "aria-label": "Replay",
  }, excuse, deck, told);
  card.root.append(section);

  function go(index, letGo = false) {
    player.stop();
    replay.seek(index);
    draw();
    if (letGo) settle();
  }

  /** Tells Python where the reader has stopped, once that is where they stay. */
  function settle() {
    clearTimeout(settling);
    settling = setTimeout(() => {
      if (player.playing || !replay?.moments?.length) return;
      const at = replay.atEnd ? null : replay.moments[replay.index];
      if (at === reported) return;
      reported = at;
      card.component.setStateValue("at", at);
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
    const life = ENDED.includes(status.phase) ? `${status.phase} ${status.step}` : null;
    if (life === replay.life) return;
    player.stop();
    if (life === null) replay.forget();
    else {
      await replay.load(life);
      begin(true);
    }
  }

  /** Goes where the page's link points, when that is news. */
  function begin(anew) {
    const { at = null } = card.data;
    const isNews = at !== asked && at !== reported;
    asked = at;
    if (!replay?.moments?.length || !(anew || isNews)) return;
    reported = at;
    replay.seek(at === null ? replay.last : replay.indexOf(at));
  }

  function letGo() {
    player.stop();
    clearTimeout(settling);
    replay?.forget();
    replay = null;
  }

  /** @returns {boolean} whether there is nothing to replay */
  function drawExcuse() {
    const sentence = excuseFor(card, replay);
    say(excuse, sentence);
    excuse.hidden = !sentence;
    const appears = deck.hidden && !sentence;
    deck.hidden = told.hidden = Boolean(sentence);
    if (appears) track.resize();
    return Boolean(sentence);
  }

  function drawMoment() {
    const { index, drawn: shown, moments } = replay;
    const { epochs } = card.whole.status;
    const epoch = replay.epochAt(index);
    const spoken = [
      known(epoch) ? `epoch ${epoch.toFixed(1)} of ${count(epochs)}` : "",
      `step ${count(moments[index])}`, `recorded moment ${index + 1} of ${moments.length}`,
      weightsWords(replay),
    ].filter(Boolean).join(" · ");
    say(words, spoken);
    say(trouble, troubleWords(replay));
    track.draw(replay, card.whole.marks, spoken);
    buttons.draw({ playing: player.playing, atStart: index === 0, atEnd: replay.atEnd });
    mark(section, "data-step", moments[shown]);
    mark(section, "data-moment", shown + 1);
    mark(section, "data-moments", moments.length);
    mark(section, "data-loaded", replay.loaded);
  }

  /** Counts what the cards, which are told in the same breath, draw. */
  function countDrawn() {
    const { gates } = card.store;
    if (gates !== seen) drawn += 1;
    seen = gates;
    mark(section, "data-drawn", drawn);
  }

  function draw(kinds) {
    if (!kinds || ["mount", "status", "replay"].some((kind) => kinds.has(kind))) hold();
    if (kinds?.has("mount")) begin(false);
    if (kinds?.has("replay")) countDrawn();
    if (kinds?.has("size")) track.resize();
    if (!drawExcuse()) drawMoment();
  }
  return { draw, dispose: letGo };
}

/** Why there is nothing to replay; "" where there is. */
function excuseFor(card, replay) {
  const { status } = card.whole;
  if (card.data.run == null) return "Once a run has ended it can be replayed here.";
  if (!status) return "Looking for what was recorded of this run.";
  if (status.phase === "lost") return status.reason;
  if (!ENDED.includes(status.phase)) return "The run can be replayed once it has ended.";
  if (!replay?.moments) return "Looking for what was recorded of this run.";
  if (replay.problem) return replay.problem;
  if (!replay.moments.length) return [NOT_RECORDED, replay.damage].filter(Boolean).join(" ");
  if (replay.moments.length > 1) return "";
  return "Only one moment of this run was recorded, and that is the one shown.";
}

function troubleWords(replay) {
  const { index, drawn, damage } = replay;
  const better = replay.best();
  if (better === index) return damage;
  return drawn === better
    ? `Recorded moment ${index + 1} is damaged; moment ${drawn + 1} is shown instead.`
    : `Recorded moment ${index + 1} is damaged.`;
}

/** What is drawn from weights is of an older moment than the gates: fewer of them are recorded. */
function weightsWords({ store, epochsPerStep }) {
  const aged = store && agedWeights(store);
  if (!known(aged)) return "";
  return `weights of epoch ${(aged * epochsPerStep).toFixed(1)}`;
}
