/** A drop zone for a picture from the user's computer. */

import { el, segmented, setText } from "../kit/dom.js";
import { centre, SIDE } from "./digit_centring.js";
import { asItIs, inkOf, readPicture } from "./digit_paper.js";

const INVITATION = "Choose a picture of a digit, or drop one here. It stays in this browser.";
const NO_INK = "No ink found: nothing in this picture differs clearly from its border.";

/**
 * @param {{onChange: () => void}} handlers onChange: another picture, or another use of it
 * @returns {{node: HTMLElement, read: (shape: import("../core/pixels.js").Shape) => {x:
 *   ?Float32Array, text: string}}} read: the input of the network, or why there is none
 */
export function uploadBox({ onChange }) {
  const input = el("input", { type: "file", accept: "image/png,image/jpeg,image/webp,image/gif" });
  const error = el("p", { class: "trouble", role: "alert" });
  const drop = el("label", { class: "drop" }, el("span", {}, INVITATION), input);
  let mode = "as-is";
  /** @type {?ImageBitmap} */
  let bitmap = null;
  let name = "";
  /** @type {?File} the file chosen last: an older one may still be loading */
  let newest = null;
  const choice = segmented(
    "how to use it",
    [
      ["as-is", "use as it is"],
      ["centre", "centre it"],
    ],
    mode,
    (chosen) => {
      mode = chosen;
      onChange();
    },
  );
  const node = el("div", { class: "upload" }, drop, choice, error);
  choice.hidden = true;

  /** @param {File} [file] */
  async function load(file) {
    if (!file) return;
    setText(error, "");
    newest = file;
    try {
      const loaded = await readPicture(file);
      if (newest !== file) {
        loaded.close();
        return;
      }
      bitmap?.close();
      [bitmap, name] = [loaded, file.name];
      onChange();
    } catch (problem) {
      if (newest === file) setText(error, problem.message);
    }
  }
  input.addEventListener("change", () => {
    void load(input.files?.[0]);
    // Otherwise the browser reports no change if the same file is chosen again after an edit.
    input.value = "";
  });
  for (const kind of /** @type {const} */ (["dragenter", "dragover", "dragleave", "drop"])) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.toggleAttribute("data-over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") void load(event.dataTransfer?.files[0]);
    });
  }

  /** @param {import("../core/pixels.js").Shape} shape */
  function read(shape) {
    if (!bitmap) return { x: null, text: "No picture yet." };
    const { width, height, channels } = shape;
    const fits = bitmap.width === width && bitmap.height === height;
    const centres = channels === 1 && width === SIDE && height === SIDE;
    choice.hidden = !fits || !centres;
    const size = `${name}, ${bitmap.width} × ${bitmap.height}`;
    if (!centres || (fits && mode === "as-is")) {
      const how = fits ? "as it is" : "cropped to fit";
      return { x: asItIs(bitmap, shape), text: `${size}, ${how}` };
    }
    const found = inkOf(bitmap);
    const x = found && centre(found.ink, found.width, found.height);
    if (!x) return { x: null, text: NO_INK };
    const ink = found.inverted ? "dark ink on light paper" : "light ink on dark paper";
    return { x, text: `${size}, ${ink}` };
  }
  return { node, read };
}
