/** The connection maps of two runs laid over each other: connections active in both, or in only one. */

import { count, known, percent } from "../core/format.js";
import { masksAt } from "../core/gates.js";
import * as hover from "../core/hover.js";
import { imageShape, isAlwaysBlank, placeText } from "../core/pixels.js";
import * as preview from "../core/preview.js";
import { el, heading, segmented, setAttribute, setText, throttle } from "../kit/dom.js";
import { swatch } from "../kit/legend.js";
import { mapStage } from "../kit/map_stage.js";
import { mountCard } from "../kit/mounting.js";
import { BOTH, DifferencePicture, NEITHER, ONLY_FIRST, ONLY_SECOND } from "./difference_picture.js";

const SPOKEN_MS = 1000;
const INVITATION = "Tick two runs to see which connections are active in only one of them.";
const OTHER_SEED = "Their seeds differ, so a hidden unit of one is not the same unit in the other.";

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, other: {run, token},
 *   names: [string, string]}
 */
export const mount = (component) =>
  mountCard(component, {
    name: "gate-difference",
    height: 460,
    channels: ["masks", "facts"],
    follows: true,
    previews: true,
    hovers: true,
    build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const picture = new DifferencePicture();
  const map = mapStage(picture, "difference-canvas", { draw: () => draw(), drawPicture });
  const keys = new Map([
    [BOTH, swatch("active")],
    [ONLY_FIRST, swatch("first")],
    [ONLY_SECOND, swatch("second")],
    [NEITHER, swatch("closed")],
  ]);
  const legend = el("div", { class: "legend" }, ...[...keys.values()].map(({ node }) => node));
  const orders = el("span");
  const top = heading("Active in only one of them", "", orders);
  card.root.append(
    el(
      "section",
      { class: "card tall" },
      top.node,
      map.stage,
      map.axis,
      map.readout,
      el("div", { class: "foot" }, legend, map.zooms),
      map.spoken,
    ),
  );

  function drawOrders() {
    const [first] = card.data.names;
    if (orders.dataset.first === first) return;
    orders.dataset.first = first;
    orders.replaceChildren(
      segmented(
        "order of the hidden units",
        [
          ["index", "by index"],
          ["active", `most active in ${first} first`],
        ],
        picture.by,
        (by) => {
          picture.by = by;
          draw();
        },
      ),
    );
  }

  /**
   * What the picture is drawn from.
   * @returns {?import("./difference_picture.js").State} null if it cannot be drawn
   */
  function stateNow() {
    const {
      store: { gates: snapshot },
      other: { gates: other },
      theme,
    } = card;
    if (!snapshot || !other || differInShape(snapshot, other)) return null;
    return { snapshot, other, tau: card.tau, otherTau: preview.tauFor(other), theme };
  }

  function emptyText() {
    const {
      store: { gates: a },
      other: { gates: b },
      data: { run, other },
    } = card;
    if (run == null || other == null) return INVITATION;
    if (!a || !b) return "Loading the last snapshots of both runs.";
    if (!differInShape(a, b)) return "";
    const [{ rows, cols }, { rows: otherRows, cols: otherCols }] = [a.layers[0], b.layers[0]];
    return (
      "These networks cannot be compared connection by connection: one has " +
      `${count(rows)} hidden units × ${count(cols)} pixels, the other ` +
      `${count(otherRows)} × ${count(otherCols)}.`
    );
  }

  const shapeNow = () => imageShape(card.store.facts, picture.cols);

  function drawPicture() {
    map.show(stateNow(), cellText);
  }

  /** @param {{unit: number, col: number}} cell */
  function cellText({ unit, col }) {
    const state = stateNow();
    if (!state) return "";
    const { snapshot, other, tau, otherTau } = state;
    const at = unit * snapshot.layers[0].cols + col;
    const [first, second] = card.data.names;
    const kind =
      (masksAt(snapshot, tau)[0][at] ? ONLY_FIRST : 0) |
      (masksAt(other, otherTau)[0][at] ? ONLY_SECOND : 0);
    const [q, p] = [snapshot, other].map(({ layers: [{ scores }] }) => scores?.[at]);
    const parts = [
      `unit ${unit}`,
      `pixel (${placeText(col, shapeNow())})`,
      ...(known(q) && known(p)
        ? [`gates ${(q / 200).toFixed(3)} and ${(p / 200).toFixed(3)}`]
        : []),
      ["closed in both", `active only in ${first}`, `active only in ${second}`, "active in both"][
        kind
      ],
    ];
    if (isAlwaysBlank(card.store.facts, col)) parts.push("always blank in training");
    return parts.join(" · ");
  }

  function drawText() {
    const [first, second] = card.data.names;
    const { rows, cols } = picture;
    map.nameEnds(shapeNow());
    const seeds = [card.store, card.other].map(({ status }) => status?.seed);
    const shape = `${count(rows)} hidden units × ${count(cols)} pixels`;
    setText(top.sub, seeds[0] === seeds[1] ? shape : OTHER_SEED);
    const names = ["closed in both", `only ${first}`, `only ${second}`, "active in both"];
    for (const [kind, { label }] of keys) {
      setText(label, `${names[kind]}: ${count(picture.counts[kind])}`);
      setAttribute(
        label,
        "title",
        `${names[kind]}: ${percent(picture.counts[kind] / (rows * cols), 1)}`,
      );
    }
    setAttribute(map.stage, "data-both", picture.counts[BOTH]);
    setAttribute(map.stage, "data-first", picture.counts[ONLY_FIRST]);
    setAttribute(map.stage, "data-second", picture.counts[ONLY_SECOND]);
    describe();
  }

  const describe = throttle(SPOKEN_MS, () => {
    if (!stateNow()) return;
    const [first, second] = card.data.names;
    const [, a, b, both] = picture.counts.map(count);
    setAttribute(
      map.stage,
      "aria-label",
      `Connection maps of ${first} and ${second} laid over each other: ` +
        `${both} connections are active in both, ${a} only in ${first}, ${b} only in ${second}. ` +
        "Arrow keys read single connections.",
    );
  });

  /** @param {Set<string>} [kinds] of changes */
  function draw(kinds) {
    card.needScores(map.isRead());
    if (kinds?.has("hover")) {
      if (picture.marked !== hover.get()) drawPicture();
      return;
    }
    const sentence = emptyText();
    map.explainEmpty(sentence);
    orders.style.visibility = sentence ? "hidden" : "";
    drawOrders();
    drawPicture();
    if (sentence) setText(top.sub, "");
    else {
      drawText();
      const isBlank = [BOTH, ONLY_FIRST, ONLY_SECOND].every((kind) => !picture.counts[kind]);
      map.explainBlank(isBlank ? "No connection of the first layer is active in either run." : "");
    }
  }
  return { draw };
}

/** @param {import("../core/gates.js").Snapshot} a @param {import("../core/gates.js").Snapshot} b */
const differInShape = ({ layers: [a] }, { layers: [b] }) => a.rows !== b.rows || a.cols !== b.cols;
