/**
 * The page's colours, read from Streamlit's `--st-*` variables, with dgviz's own palette:
 * blue is active, orange is accuracy and tau, grey is closed, pink is unused.
 * base.css has the same palette for everything that is not drawn on a canvas.
 */
import { css, luminance, mix, parse } from "../core/colours.js";

/** @typedef {import("../core/colours.js").Rgb} Rgb */

/**
 * @typedef {Object} Theme
 * @property {boolean} dark
 * @property {string} id changes with every colour
 * @property {Rgb} ground of the page
 * @property {Rgb} card
 * @property {Rgb} ink
 * @property {Rgb} muted
 * @property {Rgb} active
 * @property {Rgb} tau
 * @property {Rgb} tauInk tau's colour, dark enough for small text
 * @property {Rgb} closed
 * @property {Rgb} unused
 * @property {Rgb[]} series of several runs or methods
 * @property {string} grid
 * @property {string} font
 */

/** @type {Object<string, {active: Rgb, tau: Rgb, tauInk: Rgb, closed: Rgb, series: Rgb[]}>} */
const PALETTE = {
  light: {
    active: [11, 95, 165],
    tau: [213, 94, 0],
    tauInk: [176, 77, 0],
    closed: [178, 184, 191],
    series: [
      [11, 95, 165],
      [213, 94, 0],
      [0, 133, 97],
      [163, 69, 124],
      [86, 87, 92],
      [64, 155, 209],
    ],
  },
  dark: {
    active: [86, 180, 240],
    tau: [240, 160, 80],
    tauInk: [240, 160, 80],
    closed: [84, 91, 99],
    series: [
      [86, 180, 240],
      [240, 160, 80],
      [62, 207, 159],
      [224, 143, 192],
      [180, 184, 191],
      [168, 220, 255],
    ],
  },
};

/** @param {Element} element any element below Streamlit's variables @returns {Theme} */
export function readTheme(element) {
  const style = getComputedStyle(element);
  /** @param {string} name */
  const variable = (name) => style.getPropertyValue(name).trim();
  const ground = parse(variable("--st-background-color")) ?? [255, 255, 255];
  const ink =
    parse(variable("--st-text-color")) ?? (isDark(ground) ? [238, 240, 243] : [23, 26, 31]);
  const panel = parse(variable("--st-secondary-background-color")) ?? mix(ground, ink, 0.04);
  return themeOf({ ground, ink, panel, font: variable("--st-font") });
}

/**
 * Theme from three colours and the font of the page.
 * @param {{ground: Rgb, ink: Rgb, panel: Rgb, font: string}} given @returns {Theme}
 */
export function themeOf({ ground, ink, panel, font }) {
  const dark = isDark(ground);
  return {
    dark,
    id: [ground, ink, panel, font].join(),
    ground,
    ink,
    card: mix(ground, panel, 0.45),
    muted: mix(ground, ink, 0.66),
    ...PALETTE[dark ? "dark" : "light"],
    unused: [204, 121, 167],
    grid: css(mix(ground, ink, 0.12)),
    font: font && font !== "unset" ? font : "system-ui, sans-serif",
  };
}

/** @param {Rgb} ground */
const isDark = (ground) => luminance(ground) < 0.5;
