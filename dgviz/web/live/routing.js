/** How a method with routes distributes the images: a table of classes and routes. */
import { cividis, css, inkOn } from "../core/colours.js";
import { courseOf, routingOf } from "../core/routing.js";
import { ARROWS, el, heading, isShortcut, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import { sheetButtons } from "../kit/sheets.js";
import { courseChart, drawCourse } from "./routing_course.js";
import { routingSheet } from "./routing_sheet.js";
import { cellText, headsOf, meaningText, routingText, shareText } from "./routing_text.js";

const TITLE = "Routing";
const HINT = matchMedia("(pointer: coarse)").matches
  ? "Touch a number to read it."
  : "Point at a number to read it.";

/** @param {import("../kit/mounting.js").Component} component data: {run, token, method} */
export const mount = (component) =>
  mountCard(component, {
    name: "routing",
    height: 460,
    channels: ["masks", "facts"],
    follows: true,
    build,
  });

/**
 * @typedef {import("../core/routing.js").Routing} Routing
 * @typedef {{row: number, col: number}} Place of a number; the row after the classes is that of all images
 *
 * @param {import("../kit/mounting.js").Card} card
 */
function build(card) {
  const sheets = sheetButtons(card, TITLE, sheet);
  const top = heading(TITLE, "", sheets);
  const caption = el("caption", { class: "spoken" });
  const [head, body, foot] = [el("thead"), el("tbody"), el("tfoot")];
  const table = el("table", { class: "shares", tabindex: "0" }, caption, head, body, foot);
  const empty = el("p", { class: "empty" });
  const stage = el("div", { class: "stage" }, table, empty);
  const readout = el("div", { class: "readout", "aria-live": "polite" });
  const meaning = el("p", { class: "sub" });
  card.root.append(el("section", { class: "card tall" }, top.node, stage, readout, meaning));
  /** @type {?Routing} */
  let routing = null;
  let drawn = "";
  /** @type {?Place} the number that is read */
  let marked = null;

  /** @returns {string} what the method calls a route */
  const word = () => card.data.method.routes;

  /** @param {Routing} shown @returns {string[]} */
  const namesOf = ({ byClass }) => byClass.map((_, k) => card.store.facts?.classes[k] ?? String(k));

  /** @param {Routing} shown */
  function drawTable(shown) {
    const { routes, byClass, mean } = shown;
    const names = namesOf(shown);
    const { group, heads } = headsOf(routes, word());
    head.replaceChildren(
      el(
        "tr",
        {},
        el("th", { scope: "col", rowspan: group ? "2" : "1" }, "class"),
        ...(group
          ? [el("th", { scope: "colgroup", colspan: String(routes.length) }, group)]
          : heads.map(columnHead)),
      ),
      ...(group ? [el("tr", {}, ...heads.map(columnHead))] : []),
    );
    body.replaceChildren(
      ...byClass.map((row, k) => rowOf(names[k], row ?? routes.map(() => null))),
    );
    foot.replaceChildren(rowOf("all", mean), coursesRow(shown));
    setText(caption, routingText(shown, names));
  }

  /** @param {string} text */
  const columnHead = (text) => el("th", { scope: "col" }, text);

  /** @param {string} name @param {Array<?number>} shares */
  const rowOf = (name, shares) =>
    el("tr", {}, el("th", { scope: "row" }, name), ...shares.map(cellOf));

  /** @param {Routing} shown */
  const coursesRow = ({ routes }) =>
    el(
      "tr",
      { class: "courses", title: "Share of all images at each evaluation, from 0 to 100%" },
      el("th", { scope: "row" }, "over time"),
      ...routes.map(() => el("td", {}, courseChart())),
    );

  function drawCourses() {
    const { whole, store } = card;
    const end = whole.routing.at(-1)?.epoch ?? 0;
    for (const [at, line] of [...foot.querySelectorAll("svg")].entries()) {
      drawCourse(line, courseOf(whole.routing, at), end, store.status?.epoch ?? end);
    }
  }

  /** @param {?number} share */
  function cellOf(share) {
    const cell = el("td", {}, cellText(share));
    if (share === null) return cell;
    const colour = cividis(share);
    cell.style.background = css(colour);
    cell.style.color = css(inkOn(colour));
    return cell;
  }

  const rows = () => [...body.rows, foot.rows[0]];

  /** @param {?Place} place */
  function mark(place) {
    marked = place;
    for (const cell of table.querySelectorAll("td.marked")) cell.classList.remove("marked");
    if (!routing) return;
    if (place) rows()[place.row]?.cells[place.col + 1]?.classList.add("marked");
    setText(readout, place ? readoutText(routing, place) : HINT);
  }

  /** @param {Routing} shown @param {Place} place */
  function readoutText(shown, { row, col }) {
    const { routes, byClass, mean } = shown;
    return row < byClass.length
      ? shareText(`class ${namesOf(shown)[row]}`, routes[col], byClass[row]?.[col] ?? null)
      : shareText("all images", routes[col], mean[col]);
  }

  /** @param {EventTarget|null} target @returns {?Place} */
  function placeOf(target) {
    const cell = target instanceof Element ? target.closest("td") : null;
    const row = cell ? rows().indexOf(/** @type {HTMLTableRowElement} */ (cell.parentElement)) : -1;
    return cell && row >= 0 ? { row, col: cell.cellIndex - 1 } : null;
  }

  for (const kind of /** @type {const} */ (["pointermove", "click"])) {
    table.addEventListener(kind, ({ target }) => mark(placeOf(target)));
  }
  table.addEventListener("pointerleave", ({ pointerType }) => {
    // A finger leaves at once; what it touched stays.
    if (pointerType !== "touch") mark(null);
  });
  table.addEventListener("blur", () => mark(null));
  table.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step || !routing || isShortcut(event)) return;
    event.preventDefault();
    /** @param {number} at @param {number} by @param {number} n */
    const moved = (at, by, n) => Math.min(n - 1, Math.max(0, at + by));
    mark(
      marked
        ? {
            row: moved(marked.row, step[0], rows().length),
            col: moved(marked.col, step[1], routing.routes.length),
          }
        : { row: 0, col: 0 },
    );
    table.querySelector("td.marked")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  function sheet() {
    return routing && routingSheet(card, routing, namesOf(routing), word());
  }

  function draw() {
    const { gates, facts } = card.store;
    routing = routingOf(gates);
    table.hidden = sheets.hidden = !routing;
    stage.toggleAttribute("data-bare", !routing);
    empty.hidden = Boolean(routing);
    setText(top.sub, `share of each ${word()} by class, %`);
    setText(
      empty,
      gates
        ? "This snapshot does not say how the images are routed."
        : card.emptyText(`Which ${word()} the images of each class are routed to.`),
    );
    if (!routing) return;
    if (foot.rows.length) drawCourses();
    // Most snapshots have the routing of the snapshot before: that of the last evaluation.
    const state = JSON.stringify([routing, facts?.classes, word()]);
    if (state === drawn) return;
    drawn = state;
    drawTable(routing);
    drawCourses();
    setText(meaning, meaningText(routing, word()));
    mark(marked);
  }
  return { draw };
}
