/** Plotly inside a shadow root: loaded once, in the page's theme, without losing the reader's zoom. */
import { fileUrl } from "../core/addresses.js";
import { css } from "../core/colours.js";
import { setText } from "./dom.js";

/**
 * The least time from one drawing of a plot to the next while a run trains. Plotly takes about 20 ms
 * for each. Maps and figures are drawn with every snapshot.
 */
export const TRAINING_MS = 500;

/** @type {?Promise<any>} */
let loading = null;

/** @type {Window & {Plotly?: any}} the library defines a global */
const page = window;

/** @returns {Promise<any>} Plotly */
function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = fileUrl("plotly.min.js");
    script.onload = () => resolve(page.Plotly);
    script.onerror = () => {
      loading = null;
      reject(new Error("The charts' library could not be loaded from the server."));
    };
    document.head.append(script);
  });
  return loading;
}

/**
 * Copies Plotly's CSS rules from the document's head, which do not apply inside a shadow root.
 * @param {Plot} element
 */
function copyRules(element) {
  const root = element.getRootNode();
  if (!(root instanceof ShadowRoot) || root.querySelector("style[data-plotly]")) return;
  const styles = /** @type {NodeListOf<HTMLStyleElement>} */ (
    document.querySelectorAll("style[id^='plotly.js-style-global']")
  );
  const rules = [...styles].flatMap(({ sheet }) =>
    [...(sheet?.cssRules ?? [])].map((rule) => rule.cssText),
  );
  const style = document.createElement("style");
  style.dataset.plotly = "";
  style.textContent = rules.join("\n");
  root.append(style);
}

/** @param {import("./theme.js").Theme} theme */
const axisLook = (theme) => ({
  gridcolor: theme.grid,
  linecolor: theme.grid,
  zeroline: false,
  spikecolor: css(theme.muted),
  spikedash: "solid",
  spikethickness: 1,
  tickfont: { size: 12, color: css(theme.muted) },
  title: { font: { size: 12.5, color: css(theme.muted) }, standoff: 6 },
});

/** @param {import("./theme.js").Theme} theme @param {Layout} own without colours and fonts */
function themed(theme, own) {
  /** @type {Layout} */
  const layout = {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: css(theme.ink), size: 12.5 },
    hoverlabel: {
      bgcolor: css(theme.ground),
      bordercolor: theme.grid,
      font: { family: theme.font, size: 12.5, color: css(theme.ink) },
    },
    modebar: {
      bgcolor: "rgba(0,0,0,0)",
      color: css(theme.muted),
      activecolor: css(theme.active),
    },
    showlegend: false,
    autosize: true,
    ...own,
  };
  for (const name of Object.keys(own).filter((key) => /^[xy]axis/.test(key))) {
    const look = axisLook(theme);
    layout[name] = { ...look, ...own[name], title: { ...look.title, ...own[name].title } };
  }
  return layout;
}

/**
 * @typedef {HTMLElement & {_dragging?: boolean, layout?: any, on?: any}} Plot once it is drawn
 * @typedef {Object<string, any>} Layout Plotly's
 *
 * @typedef {Object} Drawn
 * @property {() => void} redraw @property {number} resets number of undone zooms
 * @property {Object<string, {revision: string, range: number[]}>} ranges
 */

/** @type {WeakMap<Plot, Drawn>} the last drawing of each plot */
const drawn = new WeakMap();

/**
 * Keeps the zoom: Plotly drops it when an axis gets another range, so a zoomed axis gets the old one.
 * @param {Plot} element @param {Layout} layout @param {() => void} redraw
 */
function keepZoom(element, layout, redraw) {
  const { resets = 0, ranges = {} } = drawn.get(element) ?? {};
  const revision = `${layout.uirevision} ${resets}`;
  layout.uirevision = revision;
  for (const [name, axis] of Object.entries(layout).filter(([key]) => /^[xy]axis/.test(key))) {
    const given = ranges[name]?.revision === revision ? ranges[name].range : null;
    const shown = element.layout?.[name]?.range;
    if (given && shown && String(given) !== String(shown)) axis.range = [...given];
    else if (axis.range) ranges[name] = { revision, range: [...axis.range] };
  }
  drawn.set(element, { redraw, resets, ranges });
}

/** Undoes the zoom. Plotly's own reset would restore the first drawing. @param {Plot} element */
function undoZoom(element) {
  const last = drawn.get(element);
  if (!last) return;
  last.resets += 1;
  last.redraw();
}

const configs = new Map();

/**
 * Plotly's configuration: always the same object, as Plotly would rebuild the plot for another one.
 * @param {string} filename of a saved picture
 */
function configFor(filename) {
  if (!configs.has(filename)) {
    const icon = page.Plotly.Icons.home;
    const reset = { name: "reset", title: "Undo the zoom", icon, click: undoZoom };
    configs.set(filename, {
      displaylogo: false,
      showTips: false,
      // Where nothing can hover, the buttons would always cover the plot.
      displayModeBar: matchMedia("(hover: hover)").matches && "hover",
      doubleClick: false,
      modeBarButtons: [["zoom2d", reset, "toImage"]],
      toImageButtonOptions: { format: "svg", filename },
    });
  }
  return configs.get(filename);
}

/**
 * Draws a plot. It keeps the reader's zoom while layout.uirevision stays the same, and draws nothing
 * while the reader drags inside the plot.
 * @param {Plot} element @param {Object[]} traces
 * @param {Layout} layout without colours and fonts @param {import("./theme.js").Theme} theme
 * @param {string} filename of a saved picture
 */
export async function draw(element, traces, layout, theme, filename) {
  let Plotly;
  try {
    Plotly = await loadPlotly();
  } catch (problem) {
    // The next drawing tries again.
    setText(element, problem.message);
    return;
  }
  if (!element.isConnected || !element.clientWidth || element._dragging) return;
  copyRules(element);
  const isNew = !element.classList.contains("js-plotly-plot");
  if (isNew) setText(element, "");
  const own = structuredClone(layout);
  keepZoom(element, own, () => void draw(element, traces, layout, theme, filename));
  await Plotly.react(element, traces, themed(theme, own), configFor(filename));
  if (isNew) {
    element.on("plotly_doubleclick", () => undoZoom(element));
    for (const change of ["plotly_afterplot", "plotly_relayout"]) {
      element.on(change, () => element.dispatchEvent(new Event("plotted")));
    }
    element.dispatchEvent(new Event("plotted"));
  }
}

/**
 * Draws a plot for a file.
 * @param {Object[]} traces @param {Layout} layout without colours and fonts
 * @param {import("./theme.js").Theme} theme @param {{width: number, height: number}} size in pixels
 * @returns {Promise<SVGSVGElement>} @throws {Error} one sentence, if Plotly cannot be loaded
 */
export async function pictureOf(traces, layout, theme, size) {
  const Plotly = await loadPlotly();
  const figure = { data: traces, layout: { ...themed(theme, structuredClone(layout)), ...size } };
  /** @type {string} */
  const address = await Plotly.toImage(figure, { format: "svg", ...size });
  const text = decodeURIComponent(address.slice(address.indexOf(",") + 1));
  const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
  return /** @type {SVGSVGElement} */ (/** @type {unknown} */ (documentElement));
}

/**
 * Position of x in a drawn plot. The element dispatches "plotted" whenever it may have changed.
 * @param {Plot} element @param {number} x
 * @returns {?{left: number, right: number, top: number, bottom: number}} in CSS pixels from the
 *   element's edges: x itself and the plot's other three sides; null if x is not in sight
 */
export function placeOf(element, x) {
  if (!element.classList.contains("js-plotly-plot")) return null;
  const {
    margin,
    xaxis: {
      range: [from, to],
    },
  } = element.layout;
  const share = (x - from) / (to - from);
  if (!(share >= 0 && share <= 1)) return null;
  const left = margin.l + share * (element.clientWidth - margin.l - margin.r);
  return { left, right: margin.r, top: margin.t, bottom: margin.b };
}

/** Fits the plot to its box. @param {HTMLElement} element */
export function resize(element) {
  if (element.classList.contains("js-plotly-plot") && element.clientWidth) {
    page.Plotly.Plots.resize(element);
  }
}

/** @param {HTMLElement} element */
export function purge(element) {
  page.Plotly?.purge(element);
}
