/** The receptive field of a hidden unit, large enough to point at its pixels. */

import { signed } from "../core/format.js";
import { gateOf } from "../core/gates.js";
import { CHANNELS, imageShape, isAlwaysBlank, placeText } from "../core/pixels.js";
import { el, segmented, setAttribute, setText } from "../kit/dom.js";
import { ramp } from "../kit/legend.js";
import { colourOf, strip } from "./diverging.js";
import * as pin from "./pin.js";
import { inputsOf } from "./pixel_facts.js";
import { outlined, pixelPicture } from "./pixel_picture.js";
import { endOf, fieldOf } from "./receptive_fields.js";

/** @type {Array<[string, string]>} */
const CHOICES = [["all", "sum"]];
CHANNELS.forEach((name, c) => CHOICES.push([String(c), name]));

/**
 * @typedef {import("./network.js").Net} Net
 *
 * @param {import("../kit/mounting.js").Card} card
 * @returns {{node: HTMLElement, drawHover: () => void,
 *   draw: (net: Net, unit: number) => void}}
 */
export function unitField(card) {
  /** @type {?number} null for the sum of all */
  let channel = null;
  /** @type {?{net: Net, unit: number, shape: import("../core/pixels.js").Shape}} what is drawn */
  let shown = null;
  const picture = pixelPicture({ onEscape: () => pin.set("unit", null) });
  const channels = segmented("channel", CHOICES, "all", (value) => {
    channel = value === "all" ? null : Number(value);
    if (shown) draw(shown.net, shown.unit);
  });
  const readout = el("div", { class: "readout", "aria-live": "polite" });
  const scale = ramp();
  const node = el(
    "section",
    { class: "part unit-field" },
    el("h3", {}, "Its weights from the pixels"),
    channels,
    picture.node,
    readout,
    el("div", { class: "legend" }, scale.node),
  );

  /** @param {Net} net @param {number} unit */
  function draw(net, unit) {
    const {
      theme,
      store: { facts },
    } = card;
    const shape = imageShape(facts, net.pixels);
    shown = { net, unit, shape };
    channels.hidden = shape.channels !== 3;
    const field = fieldOf(net, unit, shape, shape.channels === 3 ? channel : null);
    const end = endOf(field);
    /** @param {number} pixel */
    const blank = (pixel) =>
      field[pixel] === 0 && inputsOf(pixel, shape).every((input) => isAlwaysBlank(facts, input));
    picture.draw({
      shape,
      theme,
      hatched: blank,
      ...outlined(shape),
      colourOf: (pixel) => (blank(pixel) ? null : colourOf(field[pixel], end, theme)),
    });
    scale.node.style.visibility = field.some(Boolean) ? "" : "hidden";
    scale.show({
      name: `active weights W${shape.channels === 3 && channel === null ? ", channels added" : ""}`,
      low: `≤ −${signed(end, 2)}`,
      high: `≥ +${signed(end, 2)}`,
      colours: strip(theme),
    });
    setAttribute(
      picture.node,
      "aria-label",
      `The active weights from all pixels to unit ${unit}. ` +
        "Arrow keys read single pixels, Enter pins one.",
    );
    updateReadout();
  }

  function drawHover() {
    if (!shown) return;
    picture.mark(outlined(shown.shape));
    updateReadout();
  }

  function updateReadout() {
    if (!shown) return;
    const { net, unit, shape } = shown;
    const [pixel] = outlined(shape).marked;
    if (pixel === null) {
      setText(readout, "Point at or tap a pixel to read its weight.");
      return;
    }
    const parts = inputsOf(pixel, shape).map((input, c) => {
      const at = unit * net.pixels + input;
      const weight = net.layers[0].mask[at] ? `W ${signed(net.layers[0].weights[at])}` : "closed";
      const gate = gateOf(card.store.gates?.layers[0], at);
      const figures = gate === null ? [weight] : [weight, `G ${gate.toFixed(2)}`];
      return `${shape.channels === 3 ? `${CHANNELS[c]} ` : ""}${figures.join(", ")}`;
    });
    setText(readout, `${placeText(pixel, { ...shape, channels: 1 })} · ${parts.join(" · ")}`);
  }
  return { node, draw, drawHover };
}
