/** The map of all gates between pixels and hidden units, with a row for each unit. */

import { count, known, percent, ratio, signed, threshold, UNKNOWN } from "../core/format.js";
import { atTau, isDense, masksAt } from "../core/gates.js";
import * as hover from "../core/hover.js";
import { measure } from "../core/measures.js";
import { imageShape, isAlwaysBlank, placeText } from "../core/pixels.js";
import { sideBySide, weightsSideBySide } from "../core/side_by_side.js";
import { el, heading, offer, segmented, setAttribute, setText, throttle } from "../kit/dom.js";
import { mapStage } from "../kit/map_stage.js";
import { mountCard } from "../kit/mounting.js";
import { gateLegend } from "./gate_legend.js";
import { layersText, sizeText } from "./gate_map_text.js";
import { GatePicture } from "./gate_picture.js";

const SPOKEN_MS = 1000;
/** @param {Method} method */
const invitation = ({ masks }) =>
  "Each row is a hidden unit, each column an input pixel. Press Start and watch " +
  `${masks ? "connections close" : "the weights change"}.`;
const SUBTITLE = "hidden units × pixels";
const FIGURES = [
  "data-number",
  "data-step",
  "data-epoch",
  "data-active-ratio",
  "data-test-accuracy",
  "data-tau",
];

/** @param {import("../kit/mounting.js").Component} component data: {run, token, method} */
export const mount = (component) =>
  mountCard(component, {
    name: "gate-map",
    height: 460,
    channels: ["masks", "weights", "facts"],
    follows: true,
    previews: true,
    hovers: true,
    build,
  });

/**
 * @typedef {import("../core/gates.js").Snapshot} Snapshot
 * @typedef {import("../core/side_by_side.js").Shown} Shown
 * @typedef {import("../kit/mounting.js").Method} Method
 * @typedef {import("./gate_picture.js").Mode} Mode
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const picture = new GatePicture();
  /** @type {Mode} the one that was chosen; a method may not have it */
  let chosen = picture.mode;
  const map = mapStage(picture, "gate-canvas", { draw: () => draw(), drawPicture });
  const legend = gateLegend();
  const modes = segmented(
    "what is drawn",
    [
      ["gate", "gate"],
      ["mask", "mask"],
      ["weight", "weight"],
    ],
    chosen,
    (mode) => {
      chosen = mode;
      draw();
    },
  );
  const orders = segmented(
    "order of the hidden units",
    [
      ["index", "by index"],
      ["active", "most active"],
    ],
    picture.by,
    (by) => {
      picture.by = by;
      draw();
    },
  );
  const top = heading("Connection map", SUBTITLE, modes, orders);
  card.root.append(
    el(
      "section",
      { class: "card tall" },
      top.node,
      map.above,
      map.stage,
      map.axis,
      map.readout,
      el("div", { class: "foot" }, legend.node, map.zooms),
      map.spoken,
    ),
  );

  /** Offers what the method has: without masks every unit has the same number of connections. */
  function offerChoices() {
    const { masks, scores } = method();
    const has = { gate: Boolean(scores), mask: masks, weight: true };
    picture.mode = has[chosen] ? chosen : masks ? "mask" : "weight";
    const offered = Object.entries(has).flatMap(([mode, isThere]) => (isThere ? [mode] : []));
    offer(modes, offered, picture.mode);
    orders.hidden = !masks;
  }

  /** @returns {Method} */
  const method = () => card.data.method;

  function drawPicture() {
    const { gates, weights } = card.store;
    const { tau, theme } = card;
    if (!gates) {
      map.show(null, () => "");
      return;
    }
    const shown = sideBySide(gates);
    const { snapshot, pixels } = shown;
    map.show({ snapshot, pixels, weights: weightsSideBySide(weights, shown), tau, theme }, (cell) =>
      cellText(shown, cell),
    );
  }

  /** @param {Shown} shown @param {{unit: number, col: number}} cell */
  function cellText({ snapshot, pixels, names, at: layers }, { unit, col }) {
    const { weights, facts } = card.store;
    const { scores, cols } = snapshot.layers[0];
    const [part, pixel] = [Math.floor(col / pixels), col % pixels];
    const at = unit * cols + col;
    const weight = weights?.layers[layers[part]]?.data[unit * pixels + pixel];
    const parts = [
      ...(names.length > 1 ? [names[part]] : []),
      `unit ${unit}`,
      `pixel (${placeText(pixel, imageShape(facts, pixels))})`,
      ...(scores ? [`${snapshot.meta.scores} ${(scores[at] / 200).toFixed(3)}`] : []),
      `weight ${signed(weight ?? null)}`,
      ...(isDense(snapshot) ? [] : [masksAt(snapshot, card.tau)[0][at] ? "active" : "closed"]),
    ];
    if (isAlwaysBlank(facts, pixel)) parts.push("always blank in training");
    return parts.join(" · ");
  }

  /** @param {Snapshot} snapshot */
  function drawSnapshot(snapshot) {
    const shown = sideBySide(snapshot);
    map.nameEnds(imageShape(card.store.facts, shown.pixels), shown.names);
    const { whose } = method();
    const isOfGates = picture.mode === "gate" && whose;
    setText(top.sub, isOfGates ? `${sizeText(shown)}. ${whose}` : sizeText(shown));
    legend.draw(card, picture);
    map.explainBlank(blankText(snapshot));
    attributes(snapshot);
    describe();
  }

  /** Why the map is blank; "" if it is not. @param {Snapshot} snapshot */
  const blankText = (snapshot) => {
    const { scores, preview } = snapshot.meta;
    const isDrawn = picture.mode === "gate" && scores;
    if (isDrawn || measure(sideBySide(snapshot).snapshot, card.tau).active) return "";
    return preview
      ? `No gate of the first layer is above τ ${threshold(card.tau)}, so all its ` +
          "connections are closed. Lower τ to open some."
      : "All connections of the first layer are closed.";
  };
  /** @param {Snapshot} snapshot @returns {?number} */
  const testAccuracy = ({ meta }) =>
    card.store.metrics.findLast((entry) => known(entry.test_accuracy))?.test_accuracy ??
    meta.test_accuracy ??
    null;

  /** @param {Snapshot} snapshot */
  function attributes(snapshot) {
    const { meta } = snapshot;
    const { active, total } = measure(snapshot, card.tau);
    setAttribute(map.stage, "data-number", meta.number ?? meta.step);
    setAttribute(map.stage, "data-step", meta.step);
    setAttribute(map.stage, "data-epoch", meta.epoch);
    setAttribute(map.stage, "data-active-ratio", active / total);
    setAttribute(map.stage, "data-test-accuracy", testAccuracy(snapshot) ?? "");
    setAttribute(map.stage, "data-tau", card.tau);
  }

  /** Removes the figures of an earlier run. */
  function clear() {
    for (const name of FIGURES) map.stage.removeAttribute(name);
    setText(top.sub, SUBTITLE);
  }

  const describe = throttle(SPOKEN_MS, () => {
    const { gates } = card.store;
    if (!gates) return;
    const shown = sideBySide(gates);
    const { active, total } = measure(gates, card.tau);
    const inMap = measure(shown.snapshot, card.tau).active;
    const sentence = isDense(gates)
      ? `All ${count(total)} connections are active.`
      : `${count(active)} of ${count(total)} connections are active${atTau(gates, card.tau)}: ` +
        `active ratio ${ratio(active / total)}.`;
    setAttribute(
      map.stage,
      "aria-label",
      `Connection map: ${sizeText(shown)}. ` +
        `${sentence} ${count(inMap)} of them are in the ${layersText(shown)}, which the map shows. Epoch ${known(gates.meta.epoch) ? gates.meta.epoch.toFixed(1) : UNKNOWN}, ` +
        `test accuracy ${percent(testAccuracy(gates))}. Arrow keys read single connections.`,
    );
  });

  /** Whether scores are shown: by the gate mode, by the readout, or in large cells. */
  const readsScores = () =>
    Boolean(card.store.gates?.meta.scores) &&
    (picture.mode === "gate" || map.isRead() || picture.view.size < 1);

  /** @param {Set<string>} [kinds] of changes */
  function draw(kinds) {
    if (kinds?.has("hover")) {
      card.needScores(readsScores());
      if (picture.marked !== hover.get()) drawPicture();
      return;
    }
    const snapshot = card.store.gates;
    offerChoices();
    card.needScores(readsScores());
    map.explainEmpty(snapshot ? "" : card.emptyText(invitation(method())));
    drawPicture();
    if (snapshot) drawSnapshot(snapshot);
    else clear();
  }
  return { draw };
}
