/** Names above layers that are side by side in a map; they follow its zoom. */
import { el, setAttribute, setText } from "./dom.js";

/** The least room for a whole name, in CSS pixels; in less, only its last word is written. */
const WHOLE_NAME = 76;

export function columnNames() {
  const node = el("div", { class: "column-names", "aria-hidden": "true", hidden: true });

  /**
   * @param {string[]} names of the layers; none if there is only one
   * @param {import("./viewport.js").Viewport} view @param {number} width of the map
   */
  function show(names, view, width) {
    node.hidden = names.length < 2;
    while (node.childElementCount > names.length) node.lastChild?.remove();
    names.forEach((name, i) => {
      const label = /** @type {HTMLElement} */ (node.children[i] ?? node.appendChild(el("span")));
      /** @param {number} edge */
      const seen = (edge) => Math.min(1, Math.max(0, (edge / names.length - view.x) / view.size));
      const [from, to] = [seen(i), seen(i + 1)];
      label.hidden = to <= from;
      label.style.left = `${100 * from}%`;
      label.style.width = `${100 * (to - from)}%`;
      const isWide = (to - from) * width >= WHOLE_NAME;
      setText(label, isWide ? name : name.slice(name.lastIndexOf(" ") + 1));
      setAttribute(label, "title", name);
    });
  }
  return { node, show };
}
