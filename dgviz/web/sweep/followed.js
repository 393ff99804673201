/** What all cards of a sweep do: follow its reading, and draw again when it or a choice changes. */
import { mountCard } from "../kit/mounting.js";
import { readingOf } from "./reading.js";
import { pointed, view } from "./view.js";

/**
 * @typedef {import("../kit/mounting.js").Card} Card
 *
 * @param {string} name the card's CSS class @param {number} height until the style sheet has loaded
 * @param {(card: Card, reading: () => import("./reading.js").Reading) => import("../kit/mounting.js").View} build
 * @returns {(component: import("../kit/mounting.js").Component) => void} mounts the card
 */
export const sweepCard = (name, height, build) => (component) =>
  mountCard(component, {
    name,
    height,
    shared: {
      view: (listener) => view.subscribe(() => listener()),
      pointed: (listener) => pointed.subscribe(() => listener()),
    },
    build: (card) => {
      let stop = () => {};
      let key = "";
      const reading = () => readingOf(card.data.sweep);
      const built = build(card, reading);
      return {
        draw: (kinds) => {
          // Another sweep, or the first one, or a card that was disposed of and is back.
          if (key !== card.data.sweep) {
            stop();
            key = card.data.sweep;
            stop = reading().subscribe(() => card.draw("trials"));
          }
          built.draw(kinds);
        },
        dispose: () => {
          stop();
          key = "";
          built.dispose?.();
        },
      };
    },
  });
