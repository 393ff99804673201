/** The runs of a race: a row for each method and target ratio, with a link to the run of each seed. */

import { resender, sendState } from "../core/telling.js";
import { el, heading, setAttribute, setText, throttle } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { msUntilRead } from "../shell/history.js";
import * as highlight from "./highlight.js";
import { methodButton } from "./method_button.js";
import * as race from "./race.js";
import { IN_FLIGHT, raceText, stateText } from "./race_text.js";
import { changes } from "./rebuilding.js";
import { lineSample } from "./samples.js";
import { lookOf, widthOf } from "./series.js";

const DRAW_MS = 250;
/** Several runs may end within this time, for which the page is rerun once. */
const RERUN_MS = 1000;
const CUT_OFF = "The connection to the server is lost. The page tries to connect again.";

/**
 * @param {import("../kit/mounting.js").Component} component data: {rows, epochs, limit, paces}
 */
export const mount = (component) =>
  mountCard(component, {
    name: "race",
    height: 120,
    shared: { race: race.subscribe, highlight: highlight.subscribe },
    build,
  });

/**
 * @typedef {import("./race.js").RaceRow} RaceRow
 * @typedef {import("./race.js").RaceRun} RaceRun
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const top = heading("Race", "");
  const list = el("ul", { class: "runners" });
  card.root.append(el("section", { class: "card" }, top.node, list));
  /** @type {Array<{row: RaceRow, node: HTMLElement, places: HTMLElement[], drawButton: () => void}>} */
  let lines = [];
  const changed = changes();
  let timer = 0;
  let sent = "";
  const resending = resender(() => {
    sent = "";
    reportEnds();
  });

  /** Builds the rows anew if other ones have been chosen, or the theme has changed. */
  function listRows() {
    /** @type {RaceRow[]} */
    const rows = card.data.rows;
    /** @param {RaceRow} row */
    const shownOf = ({ key, label, series, runs }) => [
      key,
      label,
      series,
      runs.map((run) => run.seed),
    ];
    if (!changed(card.theme.id, rows.map(shownOf))) {
      lines.forEach((line, at) => {
        line.row = rows[at];
      });
      return;
    }
    lines = rows.map((row) => {
      const button = methodButton(
        row.key,
        row.label,
        lineSample(lookOf(row.series, card.theme), widthOf(row, rows)),
      );
      const places = row.runs.map(() => el("a", { class: "place" }, el("i"), el("span")));
      const node = el("li", {}, button.node, el("span", { class: "places" }, ...places));
      node.style.setProperty("--series", lookOf(row.series, card.theme).colour);
      highlight.pointsAt(node, row.key);
      return { row, node, places, drawButton: button.draw };
    });
    list.replaceChildren(...lines.map(({ node }) => node));
    // Nothing tells that the pointer has left a row that was replaced.
    highlight.point(null);
  }

  function drawNow() {
    const { epochs } = card.data;
    for (const { row, places } of lines) {
      row.runs.forEach((run, at) => drawRun(places[at], row, run, epochs));
    }
    const runners = lines.flatMap(({ row }) =>
      row.runs.map((run) => ({ ...race.stateOf(run), method: row.method })),
    );
    setText(top.sub, race.isCutOff() ? CUT_OFF : raceText(runners, card.data));
    reportEnds();
  }
  const drawThrottled = throttle(DRAW_MS, drawNow);

  function drawHighlight() {
    for (const { row, node, drawButton } of lines) {
      node.classList.toggle("dimmed", !highlight.isLit(row));
      drawButton();
    }
  }

  /** Whether another server has taken the place of the one that trained these runs. */
  const hasRefused = () =>
    lines.some(({ row }) => row.runs.some((run) => race.stateOf(run).phase === "lost"));

  /** Reruns the page when runs have ended: table, answers and buttons are made by Python. */
  function reportEnds() {
    if (timer) return;
    const ended = lines
      .flatMap(({ row }) => row.runs)
      .filter((run) => run.token && !IN_FLIGHT.includes(race.stateOf(run).phase))
      .map(({ id }) => id)
      .join();
    if (!ended || ended === sent) return;
    timer = setTimeout(
      () => {
        timer = 0;
        if (msUntilRead()) return reportEnds();
        sent = ended;
        sendState(card.component, "ended", ended);
        if (hasRefused()) resending.schedule();
      },
      Math.max(RERUN_MS, msUntilRead()),
    );
  }

  /** @param {Set<string>} kinds of changes */
  function draw(kinds) {
    if (kinds.has("mount")) race.follow(card.data.rows);
    if (kinds.has("mount") || kinds.has("theme")) {
      listRows();
      // A server that refuses the runs once more is not asked without end.
      if (kinds.has("mount") && !hasRefused()) {
        sent = "";
        resending.reset();
      }
      drawHighlight();
      drawThrottled.now();
    } else if (kinds.has("race")) drawThrottled();
    if (kinds.has("highlight")) drawHighlight();
  }

  function dispose() {
    clearTimeout(timer);
    timer = 0;
    resending.stop();
  }
  return { draw, dispose };
}

/** @param {HTMLElement} place @param {RaceRow} row @param {RaceRun} run @param {number} epochs */
function drawRun(place, row, run, epochs) {
  const state = race.stateOf(run);
  const { phase, epoch, reason } = state;
  const text = stateText(state);
  setAttribute(place, "data-phase", phase);
  setText(/** @type {Element} */ (place.lastChild), text);
  const share = phase === "finished" ? 1 : Math.min(1, epoch / epochs);
  place.style.setProperty("--share", share.toFixed(3));
  setAttribute(place, "title", [`Seed ${run.seed}: ${text}`, reason].filter(Boolean).join(". "));
  setAttribute(place, "aria-label", `${row.label}, seed ${run.seed}: ${text}`);
  if (!run.id || phase === "queued") {
    place.removeAttribute("href");
    return;
  }
  const isEnded = !IN_FLIGHT.includes(phase);
  setAttribute(place, "href", isEnded ? `./runs?run=${run.id}` : `./?run=${run.id}`);
  setAttribute(place, "target", "_blank");
}
