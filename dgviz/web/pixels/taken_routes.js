/** The routes of an image: their shares as bars, and a sentence. */
import { el, setAttribute, setText } from "../kit/dom.js";
import { rovingTabindex } from "../kit/roving.js";
import { shareText } from "./route_text.js";

/**
 * @param {{onChoose: (route: number) => void}} handlers onChoose: a route was chosen, where only one
 *   can be shown at a time
 */
export function takenRoutes({ onChoose }) {
  const bars = el("div", { class: "shares-of-digit", role: "group", "aria-label": "Routes" });
  const text = el("p", { class: "sub" });
  const node = el("div", { class: "taken-routes", hidden: true }, bars, text);
  const updateTabindex = rovingTabindex(bars, "button");
  /** @type {Array<ReturnType<typeof makeBar>>} */
  let made = [];

  /** @param {string} name @param {number} i the route @param {boolean} canChoose */
  function makeBar(name, i, canChoose) {
    const [share, fill] = [el("b"), el("i")];
    const bar = el(
      canChoose ? "button" : "span",
      canChoose ? { type: "button", class: "route-share" } : { class: "route-share" },
      el("span", {}, name),
      share,
      fill,
    );
    if (canChoose) bar.addEventListener("click", () => onChoose(i));
    return { bar, share, fill };
  }

  /** @param {?import("./digit_story.js").Routes} routes null for a chain */
  function draw(routes) {
    node.hidden = !routes;
    if (!routes) return;
    const { names, shares, pressed } = routes;
    const canChoose = pressed !== null;
    const key = JSON.stringify([names, canChoose]);
    if (bars.dataset.key !== key) {
      bars.dataset.key = key;
      made = names.map((name, i) => makeBar(name, i, canChoose));
      bars.replaceChildren(...made.map(({ bar }) => bar));
    }
    made.forEach(({ bar, share, fill }, i) => {
      setText(share, shareText(shares[i]));
      fill.style.width = `${100 * shares[i]}%`;
      bar.toggleAttribute("data-none", shares[i] === 0);
      if (canChoose) setAttribute(bar, "aria-pressed", String(i === pressed));
    });
    if (canChoose) updateTabindex();
    setText(text, routes.text);
  }
  return { node, draw };
}
