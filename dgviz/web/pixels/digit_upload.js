/** A place for a picture from the reader's machine: chosen or dropped. */

import { el, segmented, setText } from "../kit/dom.js";
import { centre, SIDE } from "./digit_centring.js";
import { asItIs, inkOf, readPicture } from "./digit_paper.js";

const INVITATION = "Choose a picture of a digit, or drop one here. It stays in this browser.";
const NO_INK = "No ink found: nothing in this picture differs clearly from its border.";

/**
 * @param {{onChange: () => void}} wishes
 * @returns {{node: HTMLElement, read: (shape: import("../core/pixels.js").Shape) => {x:
 *   ?Float32Array, words: string}}} read: what the net is shown of it, or why there is nothing
 */
export function uploadBox({ onChange }) {
  const input = el("input", { type: "file", accept: "image/png,image/jpeg,image/webp,image/gif" });
  const trouble = el("p", { class: "trouble", role: "alert" });
  const drop = el("label", { class: "drop" }, el("span", {}, INVITATION), input);
  let uses = "as-is";
  /** @type {?ImageBitmap} */
  let bitmap = null;
  let name = "";
  /** @type {?File} the one that was chosen last: another may still be on its way */
  let newest = null;
  const choice = segmented(
    "how to use it",
    [
      ["as-is", "use as it is"],
      ["centre", "centre it"],
    ],
    uses,
    (chosen) => {
      uses = chosen;
      onChange();
    },
  );
  const node = el("div", { class: "upload" }, drop, choice, trouble);
  choice.hidden = true;

  /** @param {File} [file] */
  async function take(file) {
    if (!file) return;
    setText(trouble, "");
    newest = file;
    try {
      const fresh = await readPicture(file);
      if (newest !== file) {
        fresh.close();
        return;
      }
      bitmap?.close();
      [bitmap, name] = [fresh, file.name];
      onChange();
    } catch (problem) {
      if (newest === file) setText(trouble, problem.message);
    }
  }
  input.addEventListener("change", () => {
    void take(input.files?.[0]);
    // The same file can be chosen again, after it has been changed.
    input.value = "";
  });
  for (const kind of /** @type {const} */ (["dragenter", "dragover", "dragleave", "drop"])) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.toggleAttribute("data-over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") void take(event.dataTransfer?.files[0]);
    });
  }

  /** @param {import("../core/pixels.js").Shape} shape */
  function read(shape) {
    if (!bitmap) return { x: null, words: "No picture yet." };
    const { width, height, channels } = shape;
    const fits = bitmap.width === width && bitmap.height === height;
    const centres = channels === 1 && width === SIDE && height === SIDE;
    choice.hidden = !fits || !centres;
    const size = `${name}, ${bitmap.width} × ${bitmap.height}`;
    if (!centres || (fits && uses === "as-is")) {
      const how = fits ? "as it is" : "cropped to fit";
      return { x: asItIs(bitmap, shape), words: `${size}, ${how}` };
    }
    const found = inkOf(bitmap);
    const x = found && centre(found.ink, found.width, found.height);
    if (!x) return { x: null, words: NO_INK };
    const ink = found.inverted ? "dark ink on light paper" : "light ink on dark paper";
    return { x, words: `${size}, ${ink}` };
  }
  return { node, read };
}
