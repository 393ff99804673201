/** The chosen cell of a sweep: its figures by seed, the pixels of one network, thresholds afterwards. */
import { amountCells, amountTicks, SCALE_COLOURS } from "../core/amounts.js";
import { count, duration, known, percent, plain, ratio } from "../core/format.js";
import { pixelsOf, summary } from "../core/pixel_map.js";
import { choice } from "../kit/choice.js";
import { el, heading, offer, segmented, setAttribute, setText } from "../kit/dom.js";
import { GridPicture } from "../kit/grid_picture.js";
import { swatch } from "../kit/legend.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { sheetButtons } from "../kit/sheets.js";
import { afterwardsDrawing, afterwardsText, pointsOf } from "./afterwards.js";
import { epochText } from "./captions.js";
import { valueAt } from "./cells.js";
import { Details } from "./details.js";
import { changesMore, gridsOf, subtitle, sweepCard } from "./followed.js";
import { cellText, tauOf } from "./grid.js";
import { missingText, openedCell, shownEpoch } from "./shown.js";
import { view } from "./view.js";

const TITLE = "The cell";
const INVITATION = "A click on a cell, or Enter, shows it here.";
/** The pages find only what is in the runs directory of their server. */
const UNLINKED =
  "The trials of this sweep have no links, because it is in another folder: the Pixels and Live pages show only the runs directory.";
const PICTURE_PX = 640;

/** @param {import("../kit/mounting.js").Component} component data: {sweep, name, other} */
export const mount = sweepCard("sweep-cell", 220, build);

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {() => import("./reading.js").Reading} reading
 * @returns {import("../kit/mounting.js").View}
 */
function build(card, reading) {
  /** @type {Array<["seeds"|"afterwards", string]>} */
  const options = [
    ["seeds", "seeds"],
    ["afterwards", "τ afterwards"],
  ];
  const shows = segmented("Shown of the cell", options, "seeds", (what) =>
    view.set("show", what === "seeds" ? "" : what),
  );
  const files = sheetButtons(card, TITLE, sheet);
  const top = heading(TITLE, "", shows, files);
  const empty = el("p", { class: "sub" });
  const table = el("div", { class: "scroll" });
  const curve = el("div", { class: "picture", role: "img" });
  const note = el("p", { class: "sub" });
  const seedMenu = choice("pixels of seed", () => draw());
  const picture = new GridPicture();
  const strip = scaleStrip();
  const about = el("p", { class: "sub" });
  const patterns = [swatch("blank", "always blank in training"), swatch("unused", "unused")];
  const legend = el("div", { class: "legend" }, ...patterns.map(({ node }) => node));
  const drawing = el("div", { class: "drawing" }, picture.node, about, strip.node, legend);
  const unrecorded = el("p", { class: "sub" }, "No pixels were recorded with this seed.");
  const map = el("figure", { class: "pixels" }, seedMenu.node, drawing, unrecorded);
  const left = el("div", { class: "figures" }, table, curve, note);
  const parts = el("div", { class: "parts" }, left, map);
  card.root.append(el("section", { class: "card" }, top.node, empty, parts));
  const details = new Details(() => card.draw("detail"));
  /** @param {import("./cells.js").Trial} trial */
  const detailOf = (trial) => details.of(card.data.sweep, trial);

  function state() {
    const { trials } = reading();
    const number = trials && openedCell(...gridsOf(card));
    if (!trials || number === null) return null;
    const seeds = trials.of(number);
    const isAfterwards = view.get("show") === "afterwards" && trials.grid.hasThreshold;
    const points = pointsOf(seeds.flatMap((trial) => detailOf(trial)?.afterwards ?? []));
    return { trials, grid: trials.grid, number, seeds, isAfterwards, points };
  }

  function draw() {
    const drawn = state();
    empty.hidden = Boolean(drawn);
    parts.hidden = !drawn;
    files.hidden = !drawn?.seeds.length;
    setText(top.title, drawn ? cellText(drawn.grid, drawn.number) : TITLE);
    offer(
      shows,
      drawn?.grid.hasThreshold ? ["seeds", "afterwards"] : [],
      view.get("show") || "seeds",
    );
    if (!drawn) {
      const missing = reading().trials ? missingText(view.get("cell"), gridsOf(card)) : "";
      setText(empty, missing || INVITATION);
      setText(top.sub, subtitle(card, ""));
      return;
    }
    const { grid, number, seeds, isAfterwards, points } = drawn;
    setText(
      top.sub,
      subtitle(
        card,
        seeds.length
          ? isAfterwards
            ? "trained once, then measured with other thresholds: no further training"
            : `after ${epochText(seeds, shownEpoch(grid), grid)}, ${seeds.length} of ${grid.seeds} ${grid.seeds > 1 ? "seeds" : "seed"}`
          : "not done yet",
      ),
    );
    table.hidden = isAfterwards || !seeds.length;
    curve.hidden = !isAfterwards || points.length < 2;
    setText(note, noteText(drawn));
    if (!table.hidden) table.replaceChildren(seedTable(drawn));
    if (!curve.hidden && curve.clientWidth) {
      curve.replaceChildren(
        afterwardsDrawing(points, tauOf(grid, number), curve.clientWidth, card.theme),
      );
      setAttribute(curve, "aria-label", afterwardsText(points));
    }
    drawPixels(seeds);
  }

  /** What is missing of the cell, and why. @param {NonNullable<ReturnType<typeof state>>} drawn */
  function noteText({ seeds, isAfterwards, points }) {
    const unreadable = seeds.filter((trial) => detailOf(trial) === null).map(({ seed }) => seed);
    if (unreadable.length) {
      const s = unreadable.length > 1 ? "s" : "";
      const of = seeds.length > 1 ? ` with seed${s} ${unreadable.join(", ")}` : "";
      return `The trial${s}${of} cannot be read. The page tries again.`;
    }
    if (!isAfterwards) return isUnlinked(seeds) ? UNLINKED : "";
    if (points.length > 1 || !seeds.length) return "";
    return seeds.some((trial) => detailOf(trial) === undefined)
      ? "Reading."
      : "No thresholds were measured afterwards.";
  }

  /** Whether all were read, and none can be opened on another page. @param {import("./cells.js").Trial[]} seeds */
  const isUnlinked = (seeds) =>
    seeds.length > 0 && seeds.every((trial) => detailOf(trial)?.run === null);

  /** @param {NonNullable<ReturnType<typeof state>>} drawn */
  function seedTable({ grid, seeds }) {
    const epoch = shownEpoch(grid);
    const hasLinks = !isUnlinked(seeds);
    const names = [
      "seed",
      "test",
      ...(grid.validation ? ["validation"] : []),
      "r",
      "weights",
      "dead units",
      "time",
      ...(hasLinks ? ["open"] : []),
    ];
    const head = el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name)));
    const rows = seeds.map((trial) => {
      const run = detailOf(trial)?.run;
      const texts = trial.diverged
        ? ["diverged", ...(grid.validation ? [""] : []), "", "", ""]
        : [
            percent(valueAt(trial, "test", epoch)),
            ...(grid.validation ? [percent(valueAt(trial, "validation", epoch))] : []),
            ratio(valueAt(trial, "ratio", epoch)),
            count(valueAt(trial, "weights", epoch)),
            plain(valueAt(trial, "dead", epoch)),
          ];
      const links = run
        ? [link("Pixels", run, trial.seed), el("span", {}, " · "), link("Live", run, trial.seed)]
        : [""];
      return el(
        "tr",
        {},
        el(
          "th",
          { scope: "row" },
          trial.stopped
            ? `${trial.seed} (stopped early, after epoch ${trial.series.test.length})`
            : `${trial.seed}`,
        ),
        ...texts.map((text) => el("td", {}, text)),
        el("td", {}, duration(trial.seconds)),
        ...(hasLinks ? [el("td", { class: "links" }, ...links)] : []),
      );
    });
    return el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows));
  }

  /** @param {string} page @param {string} run @param {number} seed */
  function link(page, run, seed) {
    const href = page === "Live" ? `./?run=${run}` : `./${page.toLowerCase()}?run=${run}`;
    const label = `${page} of seed ${seed}`;
    return el("a", { href, target: "_blank", "aria-label": label }, page);
  }

  /** @param {import("./cells.js").Trial[]} seeds */
  function drawPixels(seeds) {
    const sound = seeds.filter(({ diverged }) => !diverged);
    seedMenu.node.hidden = sound.length < 2;
    seedMenu.offer(sound.map(({ seed, id }) => [id, String(seed)]));
    const shown = sound.find(({ id }) => id === seedMenu.value) ?? sound[0];
    const detail = shown && detailOf(shown);
    const given = detail?.map;
    // The menu stays where another seed has a map.
    map.hidden = !sound.some((trial) => detailOf(trial)?.map);
    drawing.hidden = !given;
    unrecorded.hidden = !detail || Boolean(given);
    if (!given) return;
    const pixels = pixelsOf(given);
    picture.draw({ shape: pixels.shape, theme: card.theme, ...amountCells(pixels, card.theme) });
    strip.show({ colours: SCALE_COLOURS, ticks: amountTicks(pixels.of) });
    setText(about, `Active connections of each pixel after the last epoch: ${summary(pixels)}.`);
    setAttribute(picture.node, "aria-label", `Pixels of seed ${shown.seed}: ${summary(pixels)}.`);
  }

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    const drawn = state();
    if (!drawn?.seeds.length) return null;
    const { grid, number, seeds, isAfterwards, points } = drawn;
    const place = cellText(grid, number);
    const caption = [`${grid.method}, sweep ${card.data.name}.`];
    if (isAfterwards && points.length > 1) {
      return {
        name: "sweep-tau-afterwards",
        title: `${place}: τ afterwards`,
        caption: [
          ...caption,
          `${seeds.length > 1 ? `Median of ${seeds.length} seeds` : "1 seed"}, without further training.`,
        ],
        drawing: (theme) => afterwardsDrawing(points, tauOf(grid, number), PICTURE_PX, theme),
        table: {
          caption: `${place}: accuracy and weights against τ afterwards`,
          columns: ["τ afterwards", "test accuracy", "validation accuracy", "kept weights"],
          rows: () =>
            points.map(({ tau, test, validation, weights }) => [tau, test, validation, weights]),
        },
      };
    }
    const maps = seeds.flatMap((trial) => {
      const given = detailOf(trial)?.map;
      return given ? [{ seed: trial.seed, pixels: pixelsOf(given) }] : [];
    });
    const epoch = shownEpoch(grid);
    return {
      name: "sweep-cell",
      title: `${place}: pixels in use`,
      caption: [...caption, "Active connections of each pixel after the last epoch."],
      panels: maps.map(({ seed, pixels }) => ({
        title: `seed ${seed}`,
        width: pixels.shape.width,
        height: pixels.shape.height,
        ...amountCells(pixels, card.theme),
      })),
      legend: maps.length
        ? [
            {
              label: `active connections of ${count(maps[0].pixels.of)}`,
              colours: SCALE_COLOURS,
              ticks: amountTicks(maps[0].pixels.of),
            },
            { striped: true, label: "unused" },
            { hatched: true, label: "always blank in training" },
          ]
        : [],
      table: {
        caption: `${place} after epoch ${epoch} of ${grid.epochs}`,
        columns: [
          "seed",
          "test accuracy",
          "validation accuracy",
          "active ratio",
          "kept weights",
          "dead hidden units",
          "seconds",
        ],
        rows: () =>
          seeds.map((trial) => [
            trial.seed,
            .../** @type {const} */ (["test", "validation", "ratio", "weights", "dead"]).map(
              (name) => {
                const value = trial.diverged ? null : valueAt(trial, name, epoch);
                return known(value) ? value : "";
              },
            ),
            trial.seconds,
          ]),
      },
    };
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      if (changesMore(kinds)) draw();
    },
  };
}
