/** What the landscape shows: its figure, lines, axes, and the values of the other axes. */
import { choice } from "../kit/choice.js";
import { el, setText } from "../kit/dom.js";
import { FIGURES, namesFor } from "./figures.js";
import { axisTitle, fixedWith, hasLines, NO_AXIS, valueText } from "./grid.js";
import { shownFigure, shownPlane } from "./shown.js";
import { view } from "./view.js";

/** @type {Array<[string, string]>} */
const LINES = [
  ["both", "accuracy and r"],
  ["accuracy", "accuracy"],
  ["r", "r"],
  ["none", "none"],
];

/**
 * Shows another axis. If it was the other one, that gets the place of this one, or is chosen anew.
 * @param {import("./grid.js").Grid} grid @param {"x"|"y"} name @param {string} axis
 */
export function showAxis(grid, name, axis) {
  const now = shownPlane(grid);
  const other = name === "x" ? "y" : "x";
  const [before, beside] = [now[name], now[other]];
  if (beside !== null && grid.axes[beside].name === axis) {
    view.set(other, before === null ? "" : grid.axes[before].name);
  }
  view.set(name, axis);
}

/** @param {() => ?import("./grid.js").Grid} gridNow null before it has been read */
export function landscapeChoices(gridNow) {
  const figures = choice("figure", () => view.set("figure", figures.value));
  const lines = choice("lines of", () =>
    view.set("lines", lines.value === "both" ? "" : lines.value),
  );
  const axisX = choice("across", () => change("x", axisX.value));
  const axisY = choice("up", () => change("y", axisY.value));
  const others = el("span", { class: "choices" });
  const node = el(
    "div",
    { class: "choices" },
    figures.node,
    lines.node,
    axisX.node,
    axisY.node,
    others,
  );
  /** @type {Array<ReturnType<typeof choice>>} */
  let fixed = [];

  /** @param {"x"|"y"} name @param {string} axis */
  function change(name, axis) {
    const grid = gridNow();
    if (grid) showAxis(grid, name, axis);
  }

  function fix() {
    view.set("fixed", fixedWith(view.get("fixed"), fixed.map(({ value }) => value).join()));
  }

  /** @param {import("./grid.js").Grid[]} grids of the sweeps on the page, the card's own one first */
  function show(grids) {
    const [grid] = grids;
    const now = shownPlane(grid);
    figures.offer(namesFor(...grids).map((name) => [name, FIGURES[name].title]));
    figures.value = shownFigure(...grids);
    lines.node.hidden = !hasLines(grid, now);
    lines.offer(LINES);
    lines.value = view.get("lines") || "both";
    /** @type {Array<[string, string]>} */
    const names = grid.axes.map((axis) => [axis.name, axisTitle(axis)]);
    axisY.node.hidden = names.length < 2;
    // Of two axes, the one that does not go up goes across.
    axisX.node.hidden = names.length < (now.y === null ? 2 : 3);
    axisX.offer(names);
    axisX.value = grid.axes[now.x].name;
    axisY.offer([...names, [NO_AXIS, "none"]]);
    axisY.value = now.y === null ? NO_AXIS : grid.axes[now.y].name;
    const rest = grid.axes.filter((_, number) => number !== now.x && number !== now.y);
    if (rest.length !== fixed.length) {
      fixed = rest.map(() => choice("", fix));
      others.replaceChildren(...fixed.map(({ node: menu }) => menu));
    }
    rest.forEach((axis, number) => {
      const menu = fixed[number];
      setText(/** @type {Element} */ (menu.node.firstChild), axisTitle(axis));
      menu.offer(axis.values.map((value) => [`${axis.name}:${value}`, valueText(value)]));
      menu.value = `${axis.name}:${axis.values[now.places[grid.axes.indexOf(axis)]]}`;
    });
  }

  return { node, show };
}
