/** A drop-down list with a label. */
import { el, setText } from "./dom.js";

/**
 * @param {string} name @param {() => void} onChoose
 * @returns {{node: HTMLElement, value: string, enabled: boolean,
 *   offer: (options: Array<[string, string]>) => void}} offer: sets the options, each a value and a
 *   label; the choice is kept if it is among them, else it is the first one
 */
export function choice(name, onChoose) {
  const list = el("select");
  const node = el("label", { class: "choice" }, el("span", {}, name), list);
  list.addEventListener("change", onChoose);

  /** Setting the same one again takes the browser some time. @param {string} value */
  function choose(value) {
    if (list.value !== value) list.value = value;
  }

  /** @param {Array<[string, string]>} options */
  function offer(options) {
    const chosen = list.value;
    while (list.options.length > options.length) list.lastChild?.remove();
    options.forEach(([value, label], i) => {
      const option = list.options[i] ?? list.appendChild(el("option"));
      if (option.value !== value) option.value = value;
      setText(option, label);
    });
    // The element that was chosen may have another value by now.
    const stays = options.some(([value]) => value === chosen);
    if (options.length) choose(stays ? chosen : options[0][0]);
  }

  return {
    node,
    offer,
    get value() {
      return list.value;
    },
    set value(value) {
      choose(value);
    },
    get enabled() {
      return !list.disabled;
    },
    set enabled(can) {
      list.disabled = !can;
    },
  };
}
