/** The test digits that only one of two methods gets right. */
import { recordingUrl } from "../core/addresses.js";
import { count, plain } from "../core/format.js";
import { imageShape } from "../core/pixels.js";
import { choice } from "../kit/choice.js";
import { digitPicture, inputOf, loadDigits, RETRY_MS } from "../kit/digits.js";
import { el, heading, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import { agreement, givenClasses, pairOf } from "./agreement.js";
import { digitsDrawing } from "./digits_drawing.js";
import { view } from "./view.js";
import { seedMenu, seedText } from "./view_choice.js";

const TITLE = "Digits that only one of two methods gets right";
const EMPTY = "The digits appear here when two methods have finished.";
const HINT =
  "Point at a digit to read both answers. It opens on the Pixels page, in the run that gets it wrong.";
const MOST = 48;

/**
 * @typedef {import("./agreement.js").Answers} Answers
 * @typedef {import("./race.js").RaceRow} RaceRow
 */

/**
 * @param {import("../kit/mounting.js").Component} component data: {rows, answers, images: ?{run, token},
 *   seed, seeds, caption_of_seed}
 */
export const mount = (component) =>
  mountCard(component, {
    name: "race-digits",
    height: 160,
    shared: {
      first: view.changesOf("first"),
      second: view.changesOf("second"),
      seed: view.changesOf("seed"),
    },
    build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const [first, second] = [choice("first", choose), choice("second", choose)];
  const seeds = seedMenu();
  const top = heading(TITLE, "", seeds.node, sheetButtons(card, TITLE, sheet));
  const sentence = el("p");
  const trouble = el("p", { class: "trouble", role: "alert" });
  const hint = el("p", { class: "sub" }, HINT);
  const sides = [side(), side()];
  const body = el("div", {}, hint, el("div", { class: "sides" }, ...sides.map(({ node }) => node)));
  const choices = el("div", { class: "choices" }, first.node, second.node);
  card.root.append(el("section", { class: "card" }, top.node, choices, sentence, trouble, body));
  /** @type {?import("../kit/digits.js").Digits} */
  let digits = null;
  let asked = false;

  /** How the chosen rows agree, with their labels and answers; null while there are no two. */
  function chosen() {
    const keys = [first.value, second.value];
    const [a, b] = keys.map((key) => answers().find((one) => one.key === key));
    if (!a || !b || a === b) return null;
    const { classes = [], labels = [] } = digits ?? {};
    const answered = [a, b].map((one) => givenClasses(one, labels));
    /** The names of the classes that both give a digit. @param {number} number */
    const given = (number) => answered.map((all) => classes[all[number]] ?? "");
    return { ...agreement(a, b), names: keys.map(labelOf), runs: [a.run, b.run], given };
  }

  /** @returns {Answers[]} */
  const answers = () => card.data.answers;

  /** @param {string} key */
  const labelOf = (key) =>
    card.data.rows.find((/** @type {RaceRow} */ row) => row.key === key)?.label ?? key;

  function offerRows() {
    const keys = answers().map(({ key }) => key);
    /** @type {Array<[string, string]>} */
    const options = keys.map((key) => [key, labelOf(key)]);
    first.offer(options);
    second.offer(options);
    if (keys.length > 1) [first.value, second.value] = pairOf(keys, view.all);
    choices.hidden = keys.length < 2;
  }

  function choose() {
    // Both: what was shown for the other one must stay when more rows have a result.
    const keys = [first.value, second.value];
    view.set("first", keys[0]);
    view.set("second", keys[1]);
  }

  function load() {
    const { images } = card.data;
    if (asked || !images) return;
    asked = true;
    loadDigits(recordingUrl(images, "digits").href).then(
      (loaded) => {
        digits = loaded;
        drawNow();
      },
      (problem) => {
        setText(trouble, problem.message);
        setTimeout(() => {
          asked = false;
        }, RETRY_MS);
      },
    );
  }

  function drawNow() {
    const pair = chosen();
    body.hidden = !pair;
    sentence.classList.toggle("sub", !pair);
    if (!pair) {
      setText(sentence, answers().length > 1 ? "Choose two different methods." : EMPTY);
      return;
    }
    load();
    const { both, neither, p, names, only, runs } = pair;
    setText(
      sentence,
      `Both get ${count(both)} test digits right, and neither gets ${count(neither)}. ` +
        `If both were equally good, a split at least as uneven as this one would have a probability ` +
        `of ${p < 0.001 ? "less than 0.001" : plain(Number(p.toFixed(3)))} (McNemar's exact test).`,
    );
    sides.forEach(({ title, list }, at) => {
      setText(title, titleOf(names[at], only[at].length));
      list.replaceChildren(
        ...(digits
          ? only[at].slice(0, MOST).map((number) => picture(number, pair, runs[1 - at]))
          : []),
      );
    });
  }

  /**
   * @param {number} number of a test digit @param {NonNullable<ReturnType<typeof chosen>>} pair
   * @param {string} wrong the run that it leads to, which gets it wrong
   */
  function picture(number, { names, given }, wrong) {
    const { image_shape, classes, images, labels } = /** @type {NonNullable<typeof digits>} */ (
      digits
    );
    const { node, draw } = digitPicture();
    draw(inputOf(images[number]), imageShape({ image_shape }, images[number].length), card.theme);
    const answered = given(number).map((name, at) => `${names[at]}: ${name}`);
    const title = `Test digit ${number}, class ${classes[labels[number]]}. ${answered.join(", ")}.`;
    const href = `./pixels?run=${wrong}&digit=${number}`;
    return el("a", { href, target: "_blank", title, "aria-label": title }, node);
  }

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    const pair = chosen();
    if (!pair || !digits) return null;
    const { image_shape, images, classes, labels } = digits;
    const { names, only, given } = pair;
    const groups = only.map((list, at) => ({
      title: titleOf(names[at], list.length),
      digits: list.slice(0, MOST).map((number) => {
        const { height, width } = imageShape({ image_shape }, images[number].length);
        return { number, width, height, image: images[number] };
      }),
    }));
    return {
      name: "compare-digits",
      title: TITLE,
      caption: [
        `${sentence.textContent} Beneath each digit: its number among the test images.`,
        ...card.data.caption_of_seed,
      ],
      drawing: (theme) => digitsDrawing(groups, theme),
      table: {
        caption: TITLE,
        columns: [
          "only right in",
          "test digit",
          "class",
          ...names.map((name) => `class by ${name}`),
        ],
        rows: () =>
          only.flatMap((list, at) =>
            list.map((number) => [names[at], number, classes[labels[number]], ...given(number)]),
          ),
      },
    };
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      seeds.draw(card.data, body);
      setText(top.sub, seedText(card.data));
      if (["mount", "first", "second"].some((kind) => kinds.has(kind))) offerRows();
      if (["mount", "theme", "first", "second"].some((kind) => kinds.has(kind))) drawNow();
    },
  };
}

/** @param {string} name of the only row that gets them right @param {number} all of these digits */
const titleOf = (name, all) =>
  `Only ${name}: ${all > MOST ? `the first ${MOST} of ${count(all)}` : count(all)}`;

function side() {
  const [title, list] = [el("h3"), el("div", { class: "thumbnails" })];
  return { node: el("div", {}, title, list), title, list };
}
