/** A list of signed amounts as bars: positive blue to the right, negative orange to the left. */
import { el, setAttribute, setText } from "../kit/dom.js";
import { rovingTabindex } from "../kit/roving.js";

/**
 * @typedef {Object} Bar
 * @property {number} key the argument of onChoose
 * @property {string} name @property {?number} value null if unknown
 * @property {string} figure the value as text @property {string} note
 * @property {boolean} [closed] drawn in grey @property {boolean} [chosen]
 */

/**
 * @param {string} label for screen readers
 * @param {?((key: number) => void)} onChoose null for a list without buttons
 * @returns {{node: HTMLElement, draw: (bars: Bar[], most: number) => void}} most: the amount of a
 *   full bar
 */
export function signedBars(label, onChoose = null) {
  const node = el("ol", { class: "signed-bars", "aria-label": label });
  /** @type {Bar[]} */
  let shown = [];
  if (onChoose) {
    node.addEventListener("click", ({ target }) => {
      const at = [...node.children].findIndex((row) => row.contains(/** @type {Node} */ (target)));
      if (at !== -1) onChoose(shown[at].key);
    });
  }
  const updateTabindex = rovingTabindex(node, "button");

  function makeRow() {
    /** @param {string} kind */
    const part = (kind) => el("span", { class: kind });
    const [name, figure, note, filling] = [
      part("name"),
      part("figure-words"),
      part("note"),
      el("i"),
    ];
    const parts = [name, el("span", { class: "track" }, filling), figure, note];
    const body = onChoose
      ? el("button", { type: "button" }, ...parts)
      : el("span", { class: "line" }, ...parts);
    return { node: el("li", {}, body), body, name, figure, note, filling };
  }

  /** @type {Array<ReturnType<typeof makeRow>>} */
  const rows = [];

  /** @param {Bar[]} bars @param {number} most */
  function draw(bars, most) {
    shown = bars;
    while (rows.length < bars.length) {
      const row = makeRow();
      rows.push(row);
      node.append(row.node);
    }
    for (const row of rows.splice(bars.length)) row.node.remove();
    bars.forEach((bar, i) => {
      const { body, name, figure, note, filling } = rows[i];
      setText(name, bar.name);
      setText(figure, bar.figure);
      setText(note, bar.note);
      const share = Math.min(1, Math.abs(bar.value ?? 0) / (most || 1));
      setAttribute(body, "data-sign", (bar.value ?? 0) < 0 ? "against" : "for");
      setAttribute(body, "data-closed", String(Boolean(bar.closed)));
      filling.style.setProperty("--share", share.toFixed(4));
      if (onChoose) setAttribute(body, "aria-pressed", String(Boolean(bar.chosen)));
    });
    updateTabindex();
  }
  return { node, draw };
}
