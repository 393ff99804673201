/** The buttons of a player: a step back, play or pause, a step forward, and back to the end. */
import { el, mark, svg } from "../dom.js";

const SHAPES = {
  play: "M5 3.2v9.6l8-4.8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  back: "M9.6 3 11 4.4 7.4 8l3.6 3.6L9.6 13l-5-5z",
  forward: "M6.4 3 5 4.4 8.6 8 5 11.6 6.4 13l5-5z",
};

/** @param {{play: () => void, step: (by: number) => void, end: () => void}} wishes */
export function transport({ play, step, end: toEnd }) {
  const back = button("one moment back", "back", () => step(-1));
  const main = button("play", "play", play);
  const forward = button("one moment on", "forward", () => step(1));
  main.node.classList.add("main");
  const node = el("div", { class: "transport", role: "group", "aria-label": "replay" },
    back.node, main.node, forward.node);
  const end = el("button", { type: "button", class: "link" }, "Back to the end");
  end.addEventListener("click", toEnd);

  function draw({ playing, atStart, atEnd }) {
    main.show(playing ? "pause" : "play", playing ? "pause" : "play");
    back.node.disabled = atStart;
    forward.node.disabled = atEnd;
    end.style.visibility = atEnd ? "hidden" : "";
  }
  return { node, end, draw };
}

function button(label, shape, onClick) {
  const path = svg("path", { d: SHAPES[shape] });
  const icon = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
  const node = el("button", { type: "button", "aria-label": label, title: label }, icon);
  node.addEventListener("click", onClick);
  function show(next, words) {
    mark(path, "d", SHAPES[next]);
    mark(node, "aria-label", words);
    mark(node, "title", words);
  }
  return { node, show };
}
