/**
 * What all cards of a sweep do: follow its reading, and draw again when it or a choice changes. Of two
 * sweeps that are compared, the cards of each follow both.
 */
import { mountCard } from "../kit/mounting.js";
import { readingOf } from "./reading.js";
import { shownFigure } from "./shown.js";
import { inTurn } from "./turns.js";
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
      view: (listener) => view.subscribe(() => inTurn(listener)),
      pointed: (listener) => pointed.subscribe(() => listener()),
    },
    build: (card) => {
      /** @type {Array<() => void>} */
      let stops = [];
      let keys = "";
      const reading = () => readingOf(card.data.sweep);
      const drawTrials = () => card.draw("trials");
      const built = build(card, reading);
      return {
        draw: (kinds) => {
          const readings = readingsOf(card);
          const wanted = readings.map(({ key }) => key).join();
          // Other sweeps, or the first ones, or a card that was disposed of and is back.
          if (keys !== wanted) {
            for (const stop of stops) stop();
            keys = wanted;
            stops = readings.map((one) => one.subscribe(() => inTurn(drawTrials)));
          }
          built.draw(kinds);
        },
        dispose: () => {
          for (const stop of stops) stop();
          [stops, keys] = [[], ""];
          built.dispose?.();
        },
      };
    },
  });

/** Whether there are other changes than that of the cell that is pointed at. @param {Set<string>} kinds */
export const changesMore = (kinds) => [...kinds].some((kind) => kind !== "pointed");

/** Of the card's own sweep, and of the one that it is compared with. @param {Card} card */
const readingsOf = ({ data }) =>
  [data, data.other].flatMap((side) => (side ? readingOf(side.sweep) : []));

/** The sweeps on the page as far as they have been read, the card's own one first. @param {Card} card */
export const allTrials = (card) => readingsOf(card).flatMap(({ trials }) => trials ?? []);

/** Their grids. @param {Card} card */
export const gridsOf = (card) => allTrials(card).map(({ grid }) => grid);

/** The figure that is shown, the same one of two sweeps. @param {Card} card */
export const figureOf = (card) => shownFigure(...gridsOf(card));

/** Text beside a card's title: of two sweeps, with the name of its own. @param {Card} card @param {string} text */
export const subtitle = ({ data }, text) =>
  [data.other ? data.name : "", text].filter(Boolean).join(": ");
