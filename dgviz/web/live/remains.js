/** The active parts of the network, as a list of terms and counts. */

import * as preview from "../core/preview.js";
import { el, setAttribute, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { remainsOf } from "./figure_text.js";

/** @param {import("../kit/mounting.js").Component} component data: {run, token, speed} */
export const mount = (component) =>
  mountCard(component, {
    name: "remains",
    height: 124,
    channels: ["masks", "facts"],
    follows: true,
    previews: true,
    build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const rows = remainsOf(null, null, 0).map(([term, text]) => [
    el("dt", {}, term),
    el("dd", {}, text),
  ]);
  const speed = [el("dt", {}, "One image, measured"), el("dd")];
  const node = el(
    "section",
    { class: "card figure", "aria-label": "What is left" },
    el("dl", {}, ...rows.flat(), ...speed),
  );
  card.root.append(node);

  function draw() {
    const { gates, facts } = card.store;
    remainsOf(gates, facts, card.tau).forEach((texts, i) => {
      texts.forEach((text, part) => setText(rows[i][part], text));
    });
    // A measurement is of one network, at its own threshold.
    const measured = card.data.speed;
    const isShown = measured && gates?.meta.step === measured.step && !preview.isPreviewing(gates);
    for (const part of speed) part.hidden = !isShown;
    setText(speed[1], measured?.text ?? "");
    setAttribute(node, "data-preview", String(preview.isPreviewing(gates)));
  }
  return { draw };
}
