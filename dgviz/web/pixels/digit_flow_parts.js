/** The parts of a digit's flow, as SVG elements. */
import { css, mix } from "../core/colours.js";
import { count, signed } from "../core/format.js";
import { svg } from "../kit/dom.js";
import { cells, mostOf } from "./digit_cells.js";
import { likelihood, partLabel, partName } from "./digit_text.js";

/** Threads thinner than this many CSS pixels are not drawn, unless all threads of the unit are. */
const THINNEST = 0.06;
/** A thinner line would be drawn as dots. */
const FINEST = 0.35;
/** From the top of the probability of the class to the route above its name, in CSS pixels. */
const NAME = 34;

/**
 * @typedef {import("./digit_flow_drawing.js").Drawing} Drawing
 * @typedef {import("./digit_flow_drawing.js").Row} Row
 * @typedef {import("../core/colours.js").Rgb} Rgb
 */

/** @param {import("../kit/theme.js").Theme} theme @param {number} amount */
const forOrAgainst = (theme, amount) => (amount < 0 ? theme.tau : theme.active);

/**
 * The path of a band of constant height between two points.
 * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {number} tall
 */
function band(x0, y0, x1, y1, tall) {
  const bend = (x1 - x0) * 0.5;
  const [a, b] = [y0 - tall / 2, y1 - tall / 2];
  return (
    `M${f(x0)} ${f(a)}C${f(x0 + bend)} ${f(a)} ${f(x1 - bend)} ${f(b)} ${f(x1)} ${f(b)}` +
    `v${f(tall)}C${f(x1 - bend)} ${f(b + tall)} ${f(x0 + bend)} ${f(a + tall)} ${f(x0)} ` +
    `${f(a + tall)}z`
  );
}

/** @param {number} x */
const f = (x) => x.toFixed(1);

/**
 * Draw what a digit's pixels add through one unit, from the top pixel to the bottom one.
 * @param {Drawing} plan @param {Row} row
 */
export function threads({ shape, side, digitTop, scale, box, theme }, { unit, pixels, x, y }) {
  let total = 0;
  for (const amount of pixels) total += Math.abs(amount);
  const span = Math.min(box, total * scale);
  // In a wide network all threads are thin: the thickest of each unit are drawn nevertheless.
  const thinnest = Math.min(THINNEST, (mostOf([pixels]) * scale) / 3);
  const paths = new Map([
    [theme.active, ""],
    [theme.tau, ""],
  ]);
  let done = 0;
  pixels.forEach((amount, at) => {
    const thick = Math.abs(amount) * scale;
    if (thick < thinnest) return;
    const left = ((at % shape.width) + 0.5) * side;
    const top = digitTop + (Math.floor(at / shape.width) + 0.5) * side;
    const to = y - span / 2 + (span * (done + Math.abs(amount) / 2)) / total;
    done += Math.abs(amount);
    const colour = forOrAgainst(theme, amount);
    paths.set(colour, paths.get(colour) + band(left, top, x, to, Math.max(thick, FINEST)));
  });
  return svg(
    "g",
    { class: "threads", "data-unit": String(unit) },
    ...[...paths]
      .filter(([, d]) => d)
      .map(([colour, d]) =>
        svg("path", { d, fill: css(colour), "fill-opacity": theme.dark ? "0.5" : "0.36" }),
      ),
  );
}

/** @param {Drawing} plan @param {Float32Array} pixels what each pixel adds */
export function bigDigit(plan, pixels) {
  const { side, digit, digitTop, shape, theme } = plan;
  const tall = side * shape.height;
  return svg(
    "g",
    { class: "the-digit" },
    svg("rect", {
      x: "0.5",
      y: f(digitTop - 0.5),
      width: f(digit),
      height: f(tall + 1),
      rx: "4",
      fill: "none",
      stroke: theme.grid,
    }),
    picture(plan, pixels, mostOf([pixels]), 0, digitTop, side),
  );
}

/**
 * @param {Drawing} plan @param {Float32Array} pixels @param {number} most
 * @param {number} x @param {number} y @param {number} side of a pixel
 */
function picture({ ink, shape, theme }, pixels, most, x, y, side) {
  const group = cells(pixels, most, ink, shape.width, theme);
  group.setAttribute("transform", `translate(${f(x)} ${f(y)}) scale(${side})`);
  return group;
}

/**
 * Draw the shares of the units, stacked at the class: positive above negative ones.
 * @param {Drawing} plan @param {Row[]} rows
 */
export function ribbons({ path, scale, units, box, label, right, classTop, theme, middles }, rows) {
  const from = units + box + label;
  const to = right - 12;
  /** @type {SVGPathElement[]} */
  const drawn = [];
  let [up, down] = [classTop, classTop + path.plus * scale];
  /** @param {number} amount @param {number} y @param {?number} unit */
  const add = (amount, y, unit) => {
    const tall = Math.abs(amount) * scale;
    const at = amount > 0 ? up : down;
    if (amount > 0) up += tall;
    else down += tall;
    drawn.push(
      svg("path", {
        d: band(from, y, to, at + tall / 2, tall),
        class: "ribbon",
        "data-unit": unit === null ? null : String(unit),
        fill: css(
          unit === null
            ? mix(theme.closed, forOrAgainst(theme, amount), 0.3)
            : forOrAgainst(theme, amount),
        ),
        "fill-opacity": "0.5",
      }),
    );
  };
  for (const { share, y, unit } of rows) add(share, y, unit);
  const { plus, minus, units: rest } = path.others;
  if (rest) {
    const y = middles[rows.length];
    if (plus) add(plus, y - (minus * scale) / 2, null);
    if (minus) add(-minus, y + (plus * scale) / 2, null);
  }
  return drawn;
}

/** @param {Drawing} plan @param {Row} row @param {number} most the amount in full colour */
export function unitBox(plan, { unit, place, share, pixels, x, y }, most) {
  const { box, label, shape, theme, font, small, name } = plan;
  const side = box / Math.max(shape.width, shape.height);
  const top = y - box / 2;
  const subject = partName(place);
  const title =
    `${subject[0].toUpperCase()}${subject.slice(1)} adds ${signed(share, 2)} to the logit ` +
    `of ${name}`;
  return svg(
    "g",
    {
      "data-unit": String(unit),
      // Only a unit can be pinned.
      ...(place ? { class: "unit-box", tabindex: "-1", role: "button" } : {}),
    },
    svg("title", {}, title),
    svg("rect", {
      x: f(x),
      y: f(top),
      width: f(box + label),
      height: f(box),
      fill: "transparent",
    }),
    svg("rect", {
      class: "frame",
      x: f(x - 1),
      y: f(top - 1),
      width: f(box + 2),
      height: f(box + 2),
      rx: "3",
      fill: css(theme.ground),
      stroke: css(mix(theme.ground, theme.ink, 0.3)),
    }),
    picture(plan, pixels, most, x, top, side),
    text(x + box + 6, y - 2, partLabel(place, small), { fill: css(theme.muted) }),
    text(x + box + 6, y + font - 1, withSign(share), { "font-weight": "650" }),
  );
}

/** @param {number} amount */
const withSign = (amount) => (amount > 0 ? "+" : "") + signed(amount, 2);

/**
 * @param {number} x @param {number} y @param {string} content
 * @param {import("../kit/dom.js").Attributes} [more]
 */
const text = (x, y, content, more = {}) => svg("text", { x: f(x), y: f(y), ...more }, content);

/** @param {Drawing} plan */
export function othersBox({ path, units: x, middles, box, theme, font, small }) {
  const { others, strongest } = path;
  if (!others.units) return [];
  const y = middles[strongest.length];
  const muted = { fill: css(theme.muted) };
  const name = small ? "others" : `other unit${others.units === 1 ? "" : "s"}`;
  return [
    svg(
      "g",
      {},
      svg("rect", {
        x: f(x),
        y: f(y - box / 2),
        width: f(box),
        height: f(box),
        rx: "3",
        fill: css(theme.ground),
        stroke: css(theme.closed),
        "stroke-dasharray": "3 3",
      }),
      text(x + box / 2, y + font / 3, count(others.units), { "text-anchor": "middle", ...muted }),
      text(x + box + 6, y - 2, name, muted),
      text(x + box + 6, y + font - 1, withSign(others.plus - others.minus), {
        "font-weight": "650",
      }),
    ),
  ];
}

/** @param {Drawing} plan */
export function classNode({ path, name, prob, alone, scale, right, classTop, theme, font }) {
  const [up, down] = [path.plus * scale, path.minus * scale];
  /** @param {number} y @param {number} tall @param {Rgb} colour */
  const bar = (y, tall, colour) =>
    svg("rect", {
      x: f(right - 12),
      y: f(y),
      width: "12",
      height: f(tall),
      fill: css(colour),
    });
  return svg(
    "g",
    {},
    bar(classTop, up, theme.active),
    bar(classTop + up, down, theme.tau),
    ...(alone
      ? [
          text(right, classTop - font - NAME, alone, {
            "text-anchor": "end",
            fill: css(theme.muted),
          }),
        ]
      : []),
    text(right, classTop - font - 9, name, {
      "text-anchor": "end",
      "font-weight": "700",
      "font-size": name.length > 3 ? "14" : "22",
    }),
    text(right, classTop - 6, likelihood(prob), {
      "text-anchor": "end",
      fill: css(theme.muted),
    }),
  );
}
