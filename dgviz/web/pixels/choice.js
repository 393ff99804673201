/** A drop-down list with its name beside it. */
import { el, setText } from "../kit/dom.js";

/**
 * @param {string} name @param {() => void} onChoose
 * @returns {{node: HTMLElement, value: string, enabled: boolean,
 *   offer: (options: Array<[string, string]>) => void}} offer: value and words of each; what was
 *   chosen stays so where it is among them, and is the first of them where it is not
 */
export function choice(name, onChoose) {
  const list = el("select");
  const node = el("label", { class: "choice" }, el("span", {}, name), list);
  list.addEventListener("change", onChoose);

  /** @param {Array<[string, string]>} options */
  function offer(options) {
    const chosen = list.value;
    while (list.options.length > options.length) list.lastChild?.remove();
    options.forEach(([value, words], i) => {
      const option = list.options[i] ?? list.appendChild(el("option"));
      if (option.value !== value) option.value = value;
      setText(option, words);
    });
    const stays = options.some(([value]) => value === chosen);
    if (options.length) list.value = stays ? chosen : options[0][0];
  }

  return {
    node,
    offer,
    get value() {
      return list.value;
    },
    set value(value) {
      list.value = value;
    },
    get enabled() {
      return !list.disabled;
    },
    set enabled(can) {
      list.disabled = !can;
    },
  };
}
