/**
 * The story of one hidden unit: its weights from the pixels and to the classes, the test images with
 * its highest activation, and the history of its connections.
 */

import { count, signed } from "../core/format.js";
import { imageShape } from "../core/pixels.js";
import { el, setAttribute, setText, subheading } from "../kit/dom.js";
import { sheetButtons } from "../kit/sheets.js";
import * as pin from "./pin.js";
import { signedBars } from "./signed_bars.js";
import { unitField } from "./unit_field.js";
import { unitHistory } from "./unit_history.js";
import { unitImages } from "./unit_images.js";
import { censusOf } from "./unit_order.js";
import { outgoing, unitSheet } from "./unit_sheet.js";

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {() => ?import("./network.js").Net} netNow
 * @returns {{node: HTMLElement, draw: () => void, drawHistory: () => void, drawHover: () => void}}
 */
export function unitStory(card, netNow) {
  const field = unitField(card);
  const bars = signedBars("the unit’s weights to the classes");
  const bias = el("p", { class: "sub" });
  const images = unitImages(card);
  const history = unitHistory(card);
  const top = subheading(
    "Unit",
    "",
    sheetButtons(card, "Unit", () => {
      const shown = current();
      if (!shown) return null;
      return unitSheet(card, shown.net, shown.unit, imageShape(card.store.facts, shown.net.pixels));
    }),
  );
  const toClasses = el(
    "section",
    { class: "part to-classes" },
    el("h3", {}, "Its weights to the classes"),
    bars.node,
    bias,
  );
  const node = el(
    "div",
    { class: "unit-story", hidden: true },
    top.node,
    el("div", { class: "parts" }, field.node, toClasses, images.node, history.node),
  );

  /** The pinned unit, null if this network lacks it. */
  function current() {
    const [net, unit] = [netNow(), pin.get("unit")];
    return net && unit !== null && unit < net.units ? { net, unit } : null;
  }

  function draw() {
    const shown = current();
    node.hidden = !shown;
    if (!shown) return;
    const { net, unit } = shown;
    const { inputs, outputs, inUse, why } = censusOf(net)[unit];
    setAttribute(node, "data-unit", unit);
    setText(top.title, `Unit ${unit}`);
    setText(
      top.sub,
      `${count(inputs)} of ${count(net.pixels)} inputs active · ${count(outputs)} of ` +
        `${count(net.classes)} outputs active${inUse ? "" : ` · dead: ${why}`}`,
    );
    field.draw(net, unit);
    drawBars(net, unit);
    history.draw(net, unit);
    images.draw(net, unit);
  }

  /** @param {import("./network.js").Net} net @param {number} unit */
  function drawBars(net, unit) {
    const out = outgoing(card, net, unit);
    bars.draw(
      out.map(({ k, name, active, weight }) => ({
        key: k,
        name,
        value: weight,
        closed: !active,
        figure: signed(weight, 2),
        note: active ? "" : "closed",
      })),
      Math.max(...out.map(({ weight }) => Math.abs(weight))),
    );
    setText(
      bias,
      card.store.weights?.biases.length
        ? `Its bias is ${signed(net.layers[0].biases[unit])}.`
        : "This run was recorded without biases: they are taken as 0.",
    );
  }

  function drawHistory() {
    const shown = current();
    if (shown) history.draw(shown.net, shown.unit);
  }
  return { node, draw, drawHistory, drawHover: () => current() && field.drawHover() };
}
