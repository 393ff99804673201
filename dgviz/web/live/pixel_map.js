/** The number of active connections of each pixel, laid out as the image. */
import { amountCells, amountTicks, SCALE_COLOURS } from "../core/amounts.js";
import { count } from "../core/format.js";
import { atTau, isDense } from "../core/gates.js";
import * as hover from "../core/hover.js";
import { ofText, pixelsOf, placeOnImage, placeText } from "../core/pixels.js";
import { el, heading, setAttribute, setText, throttle } from "../kit/dom.js";
import { GridPicture } from "../kit/grid_picture.js";
import { swatch } from "../kit/legend.js";
import { mountCard } from "../kit/mounting.js";
import { scaleStrip } from "../kit/scale_strip.js";

const SPOKEN_MS = 1000;
const REDRAWN_FOR = ["gates", "facts", "preview", "mount", "theme", "size"];
const SUBTITLE = "active connections of each pixel";
const INVITATION = "How many active connections each pixel has.";
const HINT = "Point at or tap a pixel to read it.";

/** @param {import("../kit/mounting.js").Component} component data: {run, token} */
export const mount = (component) =>
  mountCard(component, {
    name: "pixel-map",
    height: 460,
    channels: ["masks", "facts"],
    follows: true,
    previews: true,
    hovers: true,
    build,
  });

/**
 * @typedef {import("../core/pixels.js").Pixels} Pixels
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const picture = new GridPicture({ onHover: hover.set });
  const empty = el("p", { class: "empty" }, INVITATION);
  const stage = el("div", { class: "stage" }, picture.node, empty);
  const readout = el("div", { class: "readout", "aria-live": "polite" });
  const strip = scaleStrip();
  const [blank, unused] = [swatch("blank"), swatch("unused")];
  const legend = el(
    "div",
    { class: "key-to-colours" },
    strip.node,
    el("div", { class: "legend" }, blank.node, unused.node),
  );
  const top = heading("Pixel map", SUBTITLE);
  card.root.append(el("section", { class: "card tall" }, top.node, stage, readout, legend));
  /** @type {?Pixels} */
  let state = null;

  /** @param {Pixels} pixels */
  const pointed = ({ shape }) => placeOnImage(hover.get(), shape);

  /** @param {Pixels} pixels */
  function drawPicture(pixels) {
    const { of, shape } = pixels;
    const { theme } = card;
    picture.draw({ shape, theme, marked: [pointed(pixels)], ...amountCells(pixels, theme) });
    strip.show({ colours: SCALE_COLOURS, ticks: amountTicks(of) });
  }

  /** @param {Pixels} pixels */
  function drawReadout(pixels) {
    const pixel = pointed(pixels);
    const { shape, active, of, kinds } = pixels;
    setText(
      readout,
      pixel === null
        ? HINT
        : [
            placeText(pixel, { ...shape, channels: 1 }),
            `${count(active[pixel])} of ${count(of)} active`,
            kinds[pixel],
          ].join(" · "),
    );
  }

  const describe = throttle(SPOKEN_MS, () => setAttribute(picture.node, "aria-label", asText()));
  const asText = () => {
    if (!state) return INVITATION;
    const { shape, active, blanks, unused: unusedCount, used, of } = state;
    return (
      `Map of ${shape.height} by ${shape.width} pixels${atTau(card.store.gates, card.tau)}: ` +
      `${count(used)} are in use, ${count(unusedCount)} are unused, ${count(blanks)} are always blank ` +
      `in training. At most ${count(active.reduce((a, b) => Math.max(a, b), 0))} of ${count(of)} ` +
      "connections of a pixel are active. Arrow keys read single pixels."
    );
  };

  /** @param {Set<string>} kinds of changes */
  function draw(kinds) {
    if (kinds.has("hover") && state) {
      picture.mark({ marked: [pointed(state)] });
      drawReadout(state);
    }
    const snapshot = card.store.gates;
    if (snapshot && !REDRAWN_FOR.some((kind) => kinds.has(kind))) return;
    state = snapshot ? pixelsOf(snapshot, card.store.facts, card.tau) : null;
    empty.hidden = Boolean(snapshot);
    picture.node.hidden = !snapshot;
    stage.toggleAttribute("data-bare", !snapshot);
    setText(empty, card.emptyText(INVITATION));
    setText(top.sub, state ? `${SUBTITLE}, ${ofText(state)}` : SUBTITLE);
    if (state) {
      drawPicture(state);
      drawReadout(state);
      setText(blank.label, `always blank in training${numberOf(state.blanks)}`);
      unused.node.hidden = isDense(snapshot);
      setText(unused.label, `unused (${count(state.unused)})`);
    }
    describe();
  }

  /** The number of always blank pixels is known only from facts. @param {number} blanks */
  const numberOf = (blanks) => (card.store.facts ? ` (${count(blanks)})` : "");
  return { draw };
}
