/** The chart of a single axis, in which one points at cells as on the map. */
import { el, svg } from "../kit/dom.js";
import { listen } from "../kit/grid_gestures.js";
import { lineDrawing, markNode, placing } from "./line_drawing.js";

export class LinePicture {
  /** @param {Required<import("../kit/grid_picture.js").Handlers>} handlers with places along the axis */
  constructor(handlers) {
    this.node = el("div", { class: "picture", role: "img", tabindex: "0" });
    this.marks = svg("g");
    /** What is drawn. @type {?import("./line_drawing.js").LineState} */
    this.drawn = null;
    /** @type {?number} */
    this.cursor = null;
    listen(this, handlers);
  }

  /** For the arrow keys: a single row. */
  get state() {
    return this.drawn && { shape: { width: this.drawn.cells.length, height: 1 } };
  }

  /** @param {MouseEvent} event */
  cellAt({ clientX }) {
    const { left } = this.node.getBoundingClientRect();
    return this.drawn && placing(this.drawn).at(clientX - left);
  }

  /** @param {?import("./line_drawing.js").LineState} state null if there is nothing to draw */
  draw(state) {
    this.drawn = state;
    this.marks = svg("g");
    const picture = state && lineDrawing(state);
    picture?.append(this.marks);
    this.node.replaceChildren(...(picture ? [picture] : []));
  }

  /** @param {{marked: ?number, pinned: ?number}} places */
  mark({ marked, pinned }) {
    this.cursor = marked ?? pinned;
    const state = this.drawn;
    if (!state) return;
    const { ink, tau } = state.theme;
    this.marks.replaceChildren(
      ...(pinned === null ? [] : [markNode(state, pinned, ink)]),
      ...(marked === null ? [] : [markNode(state, marked, tau)]),
    );
  }
}
