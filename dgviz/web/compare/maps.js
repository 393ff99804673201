/** The pixel maps of the methods of a comparison, side by side. */
import { amountCells, amountTicks, SCALE_COLOURS } from "../core/amounts.js";
import { count } from "../core/format.js";
import * as hover from "../core/hover.js";
import { pixelsOf, summary } from "../core/pixel_map.js";
import { placeText } from "../core/pixels.js";
import { el, heading, setAttribute, setText } from "../kit/dom.js";
import { GridPicture } from "../kit/grid_picture.js";
import { swatch } from "../kit/legend.js";
import { mountCard } from "../kit/mounting.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { sheetButtons } from "../kit/sheets.js";
import * as highlight from "./highlight.js";
import { methodButton } from "./method_button.js";
import { changes, looksOf } from "./rebuilding.js";
import { lineSample } from "./samples.js";
import { lookOf, widthOf } from "./series.js";
import { view } from "./view.js";
import { seedMenu, seedText } from "./view_choice.js";

const TITLE = "Where each method keeps its connections";

/**
 * @typedef {import("../core/pixel_map.js").PixelMap & {key: string}} KeyedMap key: of its row
 * @typedef {import("../core/pixels.js").Pixels} Pixels
 * @typedef {import("./race.js").RaceRow} RaceRow
 */

/** @param {import("../kit/mounting.js").Component} component data: {rows, maps, seed, seeds, caption_of_seed} */
export const mount = (component) =>
  mountCard(component, {
    name: "race-maps",
    height: 260,
    hovers: true,
    shared: { highlight: highlight.subscribe, seed: view.changesOf("seed") },
    build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const seeds = seedMenu();
  const top = heading(TITLE, "", seeds.node, sheetButtons(card, TITLE, sheet));
  const empty = el("p", { class: "sub" });
  const list = el("div", { class: "side-by-side" });
  const strip = scaleStrip();
  const patterns = [swatch("blank", "always blank in training"), swatch("unused", "unused")];
  const legend = el("div", { class: "legend" }, ...patterns.map(({ node }) => node));
  const keys = el("div", { class: "key-to-colours" }, strip.node, legend);
  card.root.append(el("section", { class: "card" }, top.node, empty, list, keys));
  /**
   * @type {Array<{row: RaceRow, pixels: Pixels, node: HTMLElement, picture: GridPicture,
   *   readout: HTMLElement, drawButton: () => void}>}
   */
  let maps = [];
  const changed = changes();

  function listMaps() {
    /** @type {KeyedMap[]} */
    const given = card.data.maps;
    /** @type {RaceRow[]} */
    const rows = card.data.rows;
    if (!changed(card.theme.id, given, looksOf(rows))) return;
    maps = given.flatMap((map) => {
      const row = rows.find(({ key }) => key === map.key);
      if (!row) return [];
      const picture = new GridPicture({ onHover: hover.set });
      const pixels = pixelsOf(map);
      setAttribute(picture.node, "aria-label", `${row.label}: ${summary(pixels)}.`);
      const sample = lineSample(lookOf(row.series, card.theme), widthOf(row, rows));
      const button = methodButton(row.key, row.label, sample);
      const readout = el("div", { class: "sub" });
      const node = el("figure", {}, el("figcaption", {}, button.node), picture.node, readout);
      highlight.pointsAt(node, row.key);
      return [{ row, pixels, node, picture, readout, drawButton: button.draw }];
    });
    list.replaceChildren(...maps.map(({ node }) => node));
    empty.hidden = maps.length > 0;
    keys.hidden = !maps.length;
  }

  function drawMaps() {
    const { theme } = card;
    for (const { pixels, picture } of maps) {
      picture.draw({ shape: pixels.shape, theme, ...amountCells(pixels, theme) });
    }
    const [first] = maps;
    if (first) strip.show({ colours: SCALE_COLOURS, ticks: amountTicks(first.pixels.of) });
    drawPointed();
  }

  function drawPointed() {
    const pixel = hover.get();
    for (const { pixels, picture, readout } of maps) {
      const { shape, active, of, kinds } = pixels;
      const isHere = pixel !== null && pixel < active.length;
      picture.mark({ marked: [isHere ? pixel : null] });
      setText(
        readout,
        isHere
          ? `${placeText(pixel, shape)}: ${count(active[pixel])} of ${count(of)}, ${kinds[pixel]}`
          : summary(pixels),
      );
    }
  }

  function drawHighlight() {
    for (const { row, node, drawButton } of maps) {
      node.classList.toggle("dimmed", !highlight.isLit(row));
      drawButton();
    }
  }

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    if (!maps.length) return null;
    const [{ pixels: any }] = maps;
    return {
      name: "compare-maps",
      title: TITLE,
      caption: ["Active connections of each pixel.", ...card.data.caption_of_seed],
      legend: [
        {
          label: `active connections of ${count(any.of)} (logarithmic scale)`,
          colours: SCALE_COLOURS,
          ticks: amountTicks(any.of),
        },
        { striped: true, label: "unused" },
        { hatched: true, label: "always blank in training" },
      ],
      panels: maps.map(({ row, pixels }) => ({
        title: row.label,
        width: pixels.shape.width,
        height: pixels.shape.height,
        ...amountCells(pixels, card.theme),
      })),
      table: {
        caption: TITLE,
        columns: ["pixel", ...maps.map(({ row }) => row.label)],
        rows: () =>
          Array.from(any.active, (_, pixel) => [
            pixel,
            ...maps.map(({ pixels }) => pixels.active[pixel]),
          ]),
      },
    };
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      seeds.draw(card.data, list);
      setText(
        empty,
        "A map appears here for every method that removes connections, when its run of seed " +
          `${card.data.seed} has finished.`,
      );
      setText(
        top.sub,
        ["active connections of each pixel", seedText(card.data)].filter(Boolean).join(", "),
      );
      if (["theme", "mount", "size"].some((kind) => kinds.has(kind))) {
        listMaps();
        drawMaps();
        drawHighlight();
      }
      if (kinds.has("hover")) drawPointed();
      if (kinds.has("highlight")) drawHighlight();
    },
  };
}
