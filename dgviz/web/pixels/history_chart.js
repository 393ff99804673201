/**
 * A chart over the snapshots of a run: a strip with a row for each gate, above small lines, on a
 * common time scale with the marks of the knobs' changes and the playhead.
 */
import { css, mix } from "../core/colours.js";
import { collapseSeries, markText, sampleEvenly } from "../core/marks.js";
import { contextOf, el, isShortcut, setAttribute, setText, svg } from "../kit/dom.js";
import { epochLabels, middleOf, shareOf } from "./time_scale.js";

const LINE_HEIGHT = 40;

/**
 * @typedef {Object} Line
 * @property {string} name @property {number[]} values by snapshot @property {number} most
 * @property {import("../core/colours.js").Rgb} colour
 *
 * @typedef {Object} State
 * @property {import("../core/gates.js").Snapshot[]} snapshots
 * @property {?{rows: number, cells: Uint16Array, palette: Uint32Array, split: number}} strip
 *   cells: [rows x snapshots], indices of the palette; split: number of rows, from the top, whose
 *   gates are active at the last snapshot
 * @property {Line[]} lines
 * @property {import("../core/marks.js").Mark[]} marks
 * @property {?number} at the step of the playhead; null at the end
 * @property {(index: number) => string} textAt the text for the snapshot pointed at
 * @property {string} hint the text while no snapshot is pointed at
 * @property {import("../kit/theme.js").Theme} theme
 */

export class HistoryChart {
  /** @param {(index: number) => void} onChoose called when a snapshot is clicked */
  constructor(onChoose) {
    this.canvas = el("canvas", { class: "strip" });
    this.split = el("i", { class: "split" });
    this.strip = el("div", { class: "strip-box" }, this.canvas, this.split);
    this.lines = el("div", { class: "lines" });
    this.overlay = el("div", { class: "over" });
    this.cursor = el("i", { class: "cursor", hidden: true });
    this.playhead = el("i", { class: "at", hidden: true });
    this.plot = el(
      "div",
      { class: "timeplot", role: "img", tabindex: "0" },
      this.strip,
      this.lines,
      this.overlay,
      this.playhead,
      this.cursor,
    );
    this.epochs = el("div", { class: "epochs", "aria-hidden": "true" });
    this.readout = el("div", { class: "readout", "aria-live": "polite" });
    this.node = el("div", { class: "history-chart" }, this.plot, this.epochs, this.readout);
    /** @type {?State} */
    this.state = null;
    /** @type {?number} */
    this.pointed = null;
    this.listen(onChoose);
  }

  /** @param {(index: number) => void} onChoose */
  listen(onChoose) {
    const { plot } = this;
    /** @param {MouseEvent} event @returns {?number} */
    const indexAt = ({ clientX }) => {
      const { left, width } = plot.getBoundingClientRect();
      const n = this.state?.snapshots.length ?? 0;
      return n ? Math.min(n - 1, Math.max(0, Math.floor(((clientX - left) / width) * n))) : null;
    };
    plot.addEventListener("pointermove", (event) => this.point(indexAt(event)));
    plot.addEventListener("pointerleave", () => this.point(null));
    plot.addEventListener("blur", () => this.point(null));
    plot.addEventListener("click", (event) => {
      const index = indexAt(event);
      if (index !== null) onChoose(index);
    });
    plot.addEventListener("keydown", (event) => {
      if (isShortcut(event)) return;
      const n = this.state?.snapshots.length ?? 0;
      const from = this.pointed ?? n - 1;
      const to = new Map([
        ["ArrowLeft", from - 1],
        ["ArrowRight", from + 1],
        ["Home", 0],
        ["End", n - 1],
      ]).get(event.key);
      if (to !== undefined && n) this.point(Math.min(n - 1, Math.max(0, to)));
      else if (event.key === "Enter" && this.pointed !== null) onChoose(this.pointed);
      else return;
      event.preventDefault();
    });
  }

  /** @param {?number} index */
  point(index) {
    this.pointed = index;
    this.updateReadout();
  }

  updateReadout() {
    const { state } = this;
    const n = state?.snapshots.length ?? 0;
    const index = this.pointed !== null && this.pointed < n ? this.pointed : null;
    this.cursor.hidden = index === null;
    if (index !== null) this.cursor.style.left = `${100 * middleOf(index, n)}%`;
    setText(this.readout, !state ? "" : index === null ? state.hint : state.textAt(index));
  }

  /** @param {State} state with at least one snapshot @param {string} label for screen readers */
  draw(state, label) {
    this.state = state;
    setAttribute(this.plot, "aria-label", label);
    this.drawStrip(state);
    this.drawLines(state);
    this.drawTime(state);
    this.updateReadout();
  }

  /** @param {State} state */
  drawStrip({ strip, snapshots, theme }) {
    const { canvas } = this;
    this.strip.hidden = !strip;
    if (!strip) return;
    if (canvas.width !== snapshots.length) canvas.width = snapshots.length;
    if (canvas.height !== strip.rows) canvas.height = strip.rows;
    const picture = new ImageData(snapshots.length, strip.rows);
    const pixels = new Uint32Array(picture.data.buffer);
    for (let at = 0; at < pixels.length; at++) pixels[at] = strip.palette[strip.cells[at]];
    contextOf(canvas).putImageData(picture, 0, 0);
    this.split.style.top = `${(100 * strip.split) / strip.rows}%`;
    this.split.hidden = strip.split === 0 || strip.split === strip.rows;
    canvas.style.background = css(theme.card);
  }

  /** @param {State} state */
  drawLines({ lines, theme }) {
    if (this.lines.children.length !== lines.length) {
      this.lines.replaceChildren(
        ...lines.map(() => {
          const path = svg("path", { "vector-effect": "non-scaling-stroke" });
          const area = svg("path", { class: "area" });
          const box = svg(
            "svg",
            {
              viewBox: `0 0 1 ${LINE_HEIGHT}`,
              preserveAspectRatio: "none",
              "aria-hidden": "true",
            },
            area,
            path,
          );
          return el("div", { class: "line-box" }, el("span", { class: "line-name" }), box);
        }),
      );
    }
    lines.forEach(({ name, values, most, colour }, i) => {
      const [label, box] = this.lines.children[i].children;
      const [area, path] = /** @type {Iterable<SVGElement>} */ (box.children);
      const trace = traceOf(values, most);
      path.setAttribute("d", trace);
      path.style.stroke = css(colour);
      area.setAttribute("d", `${trace}V${LINE_HEIGHT}H${middleOf(0, values.length)}Z`);
      area.style.fill = css(mix(theme.card, colour, 0.14));
      setText(label, name);
    });
  }

  /** @param {State} state */
  drawTime({ snapshots, marks, at }) {
    const steps = snapshots.map(({ meta }) => meta.step);
    const labels = epochLabels(snapshots.map(({ meta }) => meta.epoch));
    this.epochs.replaceChildren(
      ...labels.map(({ share, text }) =>
        el("span", { style: `--at:${share}`, "data-side": sideOf(share) }, text),
      ),
    );
    this.overlay.replaceChildren(
      ...sampleEvenly(collapseSeries(marks)).map((mark) =>
        el("i", {
          class: "turn",
          style: `left:${100 * shareOf(steps, mark.step)}%`,
          title: markText(mark),
        }),
      ),
    );
    this.playhead.hidden = at === null;
    if (at !== null) this.playhead.style.left = `${100 * shareOf(steps, at)}%`;
  }
}

/** @param {number} share */
const sideOf = (share) => (share < 0.04 ? "start" : share > 0.96 ? "end" : "middle");

/** @param {number[]} values @param {number} most */
function traceOf(values, most) {
  const points = values.map((value, i) => {
    const down = 2 + (1 - value / most) * (LINE_HEIGHT - 3);
    return `${middleOf(i, values.length).toFixed(5)} ${down.toFixed(2)}`;
  });
  return `M${points.join("L")}`;
}
