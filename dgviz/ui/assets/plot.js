/** Plotly inside a shadow root: loaded once, themed from the page, and patient with the reader. */
import { css } from "./colours.js";
import { say } from "./dom.js";

const SOURCE = new URL("../plotly.min.js", import.meta.url).href;
let loading;

/** @returns {Promise<Object>} Plotly */
function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SOURCE;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = undefined;
      reject(new Error("The charts' library could not be loaded from the server."));
    };
    document.head.append(script);
  });
  return loading;
}

/** Plotly writes its rules into the document's head, where a shadow root does not see them. */
function copyRules(element) {
  const root = element.getRootNode();
  if (!(root instanceof ShadowRoot) || root.querySelector("style[data-plotly]")) return;
  const rules = [...document.querySelectorAll("style[id^='plotly.js-style-global']")]
    .flatMap(({ sheet }) => [...(sheet?.cssRules ?? [])].map((rule) => rule.cssText));
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

/** @param {import("./theme.js").Theme} theme @param {Object} own a Plotly layout without looks */
function themed(theme, own) {
  const layout = {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: css(theme.ink), size: 12.5 },
    hoverlabel: {
      bgcolor: css(theme.ground), bordercolor: theme.grid,
      font: { family: theme.font, size: 12.5, color: css(theme.ink) },
    },
    modebar: {
      bgcolor: "rgba(0,0,0,0)", color: css(theme.muted), activecolor: css(theme.kept),
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
 * Draws, or draws again, keeping the reader's zoom while layout.uirevision stays the same. While
 * the reader is dragging inside the plot nothing is drawn: the next call brings it up to date.
 * @param {HTMLElement & {_dragging?: boolean}} element @param {Object[]} traces
 * @param {Object} layout Plotly's, without looks @param {import("./theme.js").Theme} theme
 * @param {string} filename of a saved picture
 */
export async function draw(element, traces, layout, theme, filename) {
  let Plotly;
  try {
    Plotly = await loadPlotly();
  } catch (problem) {
    // The next frame tries again, so this is what is seen only while the server is away.
    say(element, problem.message);
    return;
  }
  if (!element.isConnected || !element.clientWidth || element._dragging) return;
  copyRules(element);
  if (!element.classList.contains("js-plotly-plot")) say(element, "");
  await Plotly.react(element, traces, themed(theme, layout), {
    displaylogo: false,
    showTips: false,
    // Without hovering the buttons would stand in the picture for good.
    displayModeBar: matchMedia("(hover: hover)").matches && "hover",
    doubleClick: "reset",
    modeBarButtons: [["zoom2d", "resetScale2d", "toImage"]],
    toImageButtonOptions: { format: "svg", filename },
  });
}

/** Fits the plot to its box. @param {HTMLElement} element */
export function resize(element) {
  if (element.classList.contains("js-plotly-plot") && element.clientWidth) {
    window.Plotly.Plots.resize(element);
  }
}

/** @param {HTMLElement} element */
export function purge(element) {
  window.Plotly?.purge(element);
}
