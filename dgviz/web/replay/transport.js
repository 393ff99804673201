/** The buttons of the player: previous snapshot, play or pause, next snapshot, and the end. */
import { el, onPress, setAttribute, setEnabled, svg } from "../kit/dom.js";

const SHAPES = {
  play: "M5 3.2v9.6l8-4.8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  back: "M9.6 3 11 4.4 7.4 8l3.6 3.6L9.6 13l-5-5z",
  forward: "M6.4 3 5 4.4 8.6 8 5 11.6 6.4 13l5-5z",
  end: "M4.4 3 3 4.4 6.6 8 3 11.6 4.4 13l5-5zM11 3h2v10h-2z",
};

/** @param {{play: () => void, step: (by: number) => void, end: () => void}} handlers */
export function transport({ play, step, end: toEnd }) {
  const back = button("previous snapshot", "back", () => step(-1));
  const main = button("play", "play", play);
  const forward = button("next snapshot", "forward", () => step(1));
  const end = button("go to the end", "end", toEnd);
  const all = [back, main, forward, end].map((one) => one.node);
  main.node.classList.add("main");
  const node = el("div", { class: "transport", role: "group", "aria-label": "replay" }, ...all);

  /** @param {{playing: boolean, atStart: boolean, atEnd: boolean}} state */
  function draw({ playing, atStart, atEnd }) {
    main.show(playing ? "pause" : "play", playing ? "pause" : "play");
    setEnabled(main.node, true);
    setEnabled(back.node, !atStart);
    for (const { node: onward } of [forward, end]) setEnabled(onward, !atEnd);
  }

  function disable() {
    main.show("play", "play");
    for (const one of all) setEnabled(one, false);
  }
  return { node, draw, disable };
}

/**
 * @param {string} label @param {keyof typeof SHAPES} shape @param {() => void} onClick
 */
function button(label, shape, onClick) {
  const path = svg("path", { d: SHAPES[shape] });
  const icon = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
  const node = el("button", { type: "button", "aria-label": label, title: label }, icon);
  onPress(node, onClick);
  /** @param {keyof typeof SHAPES} next @param {string} text */
  function show(next, text) {
    setAttribute(path, "d", SHAPES[next]);
    setAttribute(node, "aria-label", text);
    setAttribute(node, "title", text);
  }
  return { node, show };
}
