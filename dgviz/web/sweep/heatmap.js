/** A figure of every cell of a sweep over two axes, after any epoch. */
import { sweepUrl } from "../core/addresses.js";
import { count, known, percent, plain } from "../core/format.js";
import { choice } from "../kit/choice.js";
import { el, heading, setAttribute, setText, svg } from "../kit/dom.js";
import { GridPicture } from "../kit/grid_picture.js";
import { swatch } from "../kit/legend.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { cellsOf } from "../kit/sheet_picture.js";
import { sheetButtons } from "../kit/sheets.js";
import { hasFailed } from "./cells.js";
import { cellSentence, FIGURES, levelsFor, namesFor, scaleOf, scaleValues } from "./figures.js";
import { shownEpoch, sweepCard } from "./followed.js";
import { axesNodes, BOTTOM, LEFT, lineNodes, markNodes, TOP } from "./frame.js";
import { axisTitle, cellName, cellNamed, cellText, placesOf, planeOf, valueText } from "./grid.js";
import { pointed, view } from "./view.js";

const TITLE = "The landscape";
/** Of a file's picture: the most that its cells take, in pixels. */
const PICTURE_PX = 560;
/** The highest that the cells may be on the page, in pixels. */
const MOST_HIGH = 440;
/** @type {Array<[string, string]>} */
const LINES = [
  ["both", "accuracy and r"],
  ["accuracy", "accuracy"],
  ["r", "r"],
  ["none", "none"],
];

/** @param {import("../kit/mounting.js").Component} component data: {sweep, name} */
export const mount = sweepCard("sweep-map", 560, build);

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {() => import("./reading.js").Reading} reading
 * @returns {import("../kit/mounting.js").View}
 */
function build(card, reading) {
  const figures = choice("figure", () => view.set("figure", figures.value));
  const lines = choice("lines of", () =>
    view.set("lines", lines.value === "both" ? "" : lines.value),
  );
  const axisX = choice("across", () => exchange("x", axisX.value));
  const axisY = choice("up", () => exchange("y", axisY.value));
  const others = el("span", { class: "choices" });
  const choices = el(
    "div",
    { class: "choices" },
    figures.node,
    lines.node,
    axisX.node,
    axisY.node,
    others,
  );
  const top = heading(TITLE, "", sheetButtons(card, TITLE, sheet));
  const picture = new GridPicture({
    onHover: (place) =>
      pointed.set("cell", place === null ? null : (plane()?.cells[place] ?? null)),
    onClick: (place) => pin(place),
    onEscape: () => view.set("cell", ""),
  });
  setAttribute(picture.node, "data-testid", "sweep-map");
  const overlay = svg("svg", { class: "frame", "aria-hidden": "true" });
  const empty = el("p", { class: "empty" });
  const stage = el("div", { class: "map-stage" }, picture.node, overlay, empty);
  const slider = el("input", { type: "range", min: "1", step: "1", "aria-label": "After epoch" });
  const epoch = el("output");
  const scrub = el("label", { class: "scrub" }, el("span", {}, "after epoch"), slider, epoch);
  const readout = el("p", { class: "reading", "aria-live": "polite" });
  const strip = scaleStrip();
  const begun = el("span", { class: "key" }, el("i", { class: "ring" }), "begun");
  const failed = swatch("blank", "diverged or collapsed");
  const legend = el("div", { class: "legend" }, begun, failed.node);
  const csv = el("a", { download: "" }, "CSV");
  const parquet = el("a", { download: "" }, "Parquet");
  const files = el("span", { class: "sub" }, "All trials: ", csv, " · ", parquet);
  const foot = el("div", { class: "foot" }, legend, files);
  card.root.append(
    el("section", { class: "card" }, top.node, choices, stage, scrub, readout, strip.node, foot),
  );
  /** @type {Array<ReturnType<typeof choice>>} */
  let fixed = [];

  const trials = () => reading().trials;
  const plane = () => {
    const all = trials();
    return (
      all && planeOf(all.grid, { x: view.get("x"), y: view.get("y"), fixed: view.get("fixed") })
    );
  };

  /** Shows another axis; the other one gets its place if it was that one. @param {"x"|"y"} name @param {string} axis */
  function exchange(name, axis) {
    const [all, now] = [trials(), plane()];
    if (!all || !now) return;
    const other = name === "x" ? "y" : "x";
    const before = now[name];
    if (before !== null && now[other] !== null && all.grid.axes[Number(now[other])].name === axis) {
      view.set(other, all.grid.axes[before].name);
    }
    view.set(name, axis);
  }

  /** @param {number} place in the picture */
  function pin(place) {
    const [all, now] = [trials(), plane()];
    if (!all || !now) return;
    const name = cellName(all.grid, now.cells[place]);
    view.set("cell", view.get("cell") === name ? "" : name);
  }

  /** The figure that is shown. @param {import("./grid.js").Grid} grid */
  function figureOf(grid) {
    const names = namesFor(grid);
    return names.find((name) => name === view.get("figure")) ?? names[0];
  }

  slider.addEventListener("input", () => {
    const all = trials();
    if (all) view.set("epoch", slider.valueAsNumber === all.grid.epochs ? "" : slider.value);
  });

  /** What is drawn; null before the grid has been read. */
  function state() {
    const [all, now] = [trials(), plane()];
    if (!all || !now) return null;
    const name = figureOf(all.grid);
    const every = all.cells(shownEpoch(all.grid));
    const cells = now.cells.map((number) => every[number]);
    const scale = scaleOf(FIGURES[name], allValues(all, name));
    /** @param {number} place */
    const colourOf = (place) => {
      const { kind, figures: of } = cells[place];
      return kind === "done" && scale && known(of[name].median)
        ? scale.colourOf(of[name].median)
        : null;
    };
    const isHatched = (/** @type {number} */ place) => hasFailed(cells[place].kind);
    return { all, now, name, cells, scale, colourOf, isHatched };
  }

  /**
   * The lines of accuracy and r that the reader wants.
   * @param {NonNullable<ReturnType<typeof state>>} drawn @param {import("./frame.js").Box} box
   * @param {import("../kit/theme.js").Theme} theme
   */
  function lineParts({ all, now, cells }, box, theme) {
    const wanted = view.get("lines") || "both";
    const accuracy = all.grid.validation ? "validation" : "test";
    if (now.height < 2 || now.width < 2) return [];
    /** @param {"accuracy"|"r"} what @param {import("./cells.js").Name} name @param {(level: number) => string} text */
    const part = (what, name, text) => {
      if (wanted !== "both" && wanted !== what) return [];
      const values = cells.map(({ kind, figures: of }) =>
        kind === "done" ? of[name].median : NaN,
      );
      return [{ values, levels: levelsFor(what, values), text, isDashed: what === "r" }];
    };
    const kinds = [
      ...part("accuracy", accuracy, (level) => percent(level, (level * 100) % 1 ? 1 : 0)),
      ...part("r", "ratio", (level) => `r ${plain(level)}`),
    ];
    return lineNodes(kinds, now.width, box, theme);
  }

  function drawChoices() {
    const all = trials();
    choices.hidden = scrub.hidden = strip.node.hidden = foot.hidden = !all;
    if (!all) return;
    const { grid } = all;
    const now = planeOf(grid, { x: view.get("x"), y: view.get("y"), fixed: view.get("fixed") });
    figures.offer(namesFor(grid).map((name) => [name, FIGURES[name].title]));
    figures.value = figureOf(grid);
    lines.node.hidden = now.y === null || now.width < 2 || now.height < 2;
    lines.offer(LINES);
    lines.value = view.get("lines") || "both";
    /** @type {Array<[string, string]>} */
    const names = grid.axes.map((axis) => [axis.name, axisTitle(axis)]);
    for (const [menu, at] of /** @type {const} */ ([
      [axisX, now.x],
      [axisY, now.y],
    ])) {
      menu.node.hidden = names.length < 3;
      menu.offer(names);
      if (at !== null) menu.value = grid.axes[at].name;
    }
    const rest = grid.axes.filter((_, number) => number !== now.x && number !== now.y);
    if (rest.length !== fixed.length) {
      fixed = rest.map(() => choice("", fix));
      others.replaceChildren(...fixed.map(({ node }) => node));
    }
    rest.forEach((axis, number) => {
      const menu = fixed[number];
      setText(/** @type {Element} */ (menu.node.firstChild), axisTitle(axis));
      menu.offer(axis.values.map((value) => [`${axis.name}:${value}`, valueText(value)]));
      menu.value = `${axis.name}:${axis.values[now.places[grid.axes.indexOf(axis)]]}`;
    });
    setAttribute(slider, "max", grid.epochs);
    scrub.hidden = grid.epochs < 2;
    const shown = shownEpoch(grid);
    if (slider.valueAsNumber !== shown) slider.value = String(shown);
    slider.style.setProperty("--filled", String((shown - 1) / Math.max(1, grid.epochs - 1)));
    setText(epoch, `${shown} of ${grid.epochs}`);
  }

  function fix() {
    view.set("fixed", fixed.map(({ value }) => value).join());
  }

  function drawMap() {
    const drawn = state();
    const { problem } = reading();
    empty.hidden = Boolean(drawn) && !problem;
    setText(empty, problem || "Reading the sweep.");
    picture.node.style.visibility = drawn ? "" : "hidden";
    setText(top.sub, "");
    if (!drawn) return;
    const { all, now, name, cells, scale } = drawn;
    const isPartial = all.done.size < all.count * all.grid.seeds;
    setText(
      top.sub,
      `${all.grid.method}, ${FIGURES[name].title}${all.grid.seeds > 1 ? `, median of ${all.grid.seeds} seeds` : ""}` +
        (isPartial
          ? `, ${count(all.done.size)} of ${count(all.count * all.grid.seeds)} trials done`
          : ""),
    );
    picture.node.style.maxHeight = `${MOST_HIGH}px`;
    picture.draw({
      shape: { channels: 1, width: now.width, height: now.height },
      colourOf: drawn.colourOf,
      hatched: drawn.isHatched,
      theme: card.theme,
    });
    if (scale) strip.show(scale);
    strip.node.style.visibility = scale ? "" : "hidden";
    begun.hidden = !cells.some(({ kind }) => kind === "begun");
    failed.node.hidden = !cells.some(({ kind }) => hasFailed(kind));
    const box = { left: picture.left + LEFT, top: picture.top + TOP, cell: picture.cell };
    const [wide, high] = [stage.clientWidth, picture.box.height + TOP + BOTTOM];
    setAttribute(overlay, "viewBox", `0 0 ${wide} ${high}`);
    setAttribute(overlay, "width", wide);
    setAttribute(overlay, "height", high);
    overlay.replaceChildren(
      ...axesNodes(all.grid, now, box, card.theme),
      ...lineParts(drawn, box, card.theme),
      ...markNodes(cells, now.width, box, card.theme),
    );
    setAttribute(
      picture.node,
      "aria-label",
      `${FIGURES[name].title} of ${now.width * now.height} cells. The arrow keys walk the grid; Enter opens a cell.`,
    );
    for (const [link, ending] of /** @type {const} */ ([
      [csv, "csv"],
      [parquet, "parquet"],
    ])) {
      setAttribute(link, "href", sweepUrl(card.data.sweep, `table.${ending}`).href);
    }
  }

  function drawMarks() {
    const [all, now] = [trials(), plane()];
    if (!all || !now) return;
    const [at, chosen] = [pointed.get("cell"), cellNamed(all.grid, view.get("cell"))];
    /** @param {?number} number */
    const place = (number) => {
      const found = number === null ? -1 : now.cells.indexOf(number);
      return found < 0 ? null : found;
    };
    picture.mark({ marked: [place(at)], pinned: place(chosen) });
    const shown = at ?? chosen;
    const cell = shown === null ? null : all.cells(shownEpoch(all.grid))[shown];
    setText(
      readout,
      cell
        ? cellSentence(cell, cellText(all.grid, cell.number), all.grid, figureOf(all.grid))
        : "Point at a cell to read it; a click opens it.",
    );
  }

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    const drawn = state();
    if (!drawn) return null;
    const { all, now, name, cells, scale } = drawn;
    const { grid } = all;
    const after = `after epoch ${shownEpoch(grid)} of ${grid.epochs}`;
    return {
      name: `sweep-${name}`,
      title: `${FIGURES[name].title} ${after}`,
      caption: [
        `${grid.method}, sweep ${card.data.name}, median of ${grid.seeds} ${grid.seeds > 1 ? "seeds" : "seed"}.`,
        ...fixed.map(({ value }) => value.replace(":", " ")),
      ],
      drawing: (theme) => {
        const cell = Math.min(PICTURE_PX / now.width, PICTURE_PX / now.height, 64);
        const box = { left: LEFT, top: TOP, cell };
        const [width, height] = [LEFT + now.width * cell + 10, TOP + now.height * cell + BOTTOM];
        const panel = {
          title: "",
          width: now.width,
          height: now.height,
          colourOf: drawn.colourOf,
          hatched: drawn.isHatched,
        };
        return svg(
          "svg",
          { width, height, viewBox: `0 0 ${width} ${height}` },
          svg("g", { transform: `translate(${LEFT} ${TOP})` }, ...cellsOf(panel, cell, theme)),
          ...axesNodes(grid, now, box, theme),
          ...lineParts(drawn, box, theme),
          ...markNodes(cells, now.width, box, theme),
        );
      },
      legend: [
        ...(scale
          ? [{ label: FIGURES[name].title, colours: scale.colours, ticks: scale.ticks }]
          : []),
        { hatched: true, label: "diverged or collapsed" },
      ],
      table: {
        caption: `All figures ${after}`,
        columns: [
          ...grid.axes.map((axis) => axis.name),
          "state",
          "seeds",
          ...namesFor(grid).flatMap((one) => [one, `${one} least`, `${one} most`]),
        ],
        rows: () =>
          cells.map((one) => [
            ...placesOf(grid, one.number).map((at, i) => grid.axes[i].values[at]),
            one.kind,
            one.done,
            ...namesFor(grid).flatMap((figure) => {
              const { median, low, high } = one.figures[figure];
              return [median, low, high];
            }),
          ]),
      },
    };
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      if (["mount", "theme", "size", "view", "trials"].some((kind) => kinds.has(kind))) {
        drawChoices();
        drawMap();
      }
      drawMarks();
    },
  };
}

/** @type {WeakMap<import("./cells.js").Trials, {done: number, values: Map<string, number[]>}>} */
const valuesKnown = new WeakMap();

/**
 * The values around which the scale is; kept, because there may be very many.
 * @param {import("./cells.js").Trials} all @param {import("./cells.js").Name} name
 */
function allValues(all, name) {
  let before = valuesKnown.get(all);
  if (!before || before.done !== all.done.size) {
    before = { done: all.done.size, values: new Map() };
    valuesKnown.set(all, before);
  }
  const found = before.values.get(name);
  if (found) return found;
  const values = scaleValues([...all.done.values()], name, all.grid);
  before.values.set(name, values);
  return values;
}
