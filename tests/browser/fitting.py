"""Whether a page fits the window: nothing is beyond its edge, and no text is cut or covered.

No word is broken, and no field is too narrow for its value.
"""

from __future__ import annotations

import json
import time

from playwright.sync_api import Page
from text_nodes import TEXT_NODES

_MISFITS = (
    "() => {"
    + TEXT_NODES
    + r"""
  const main = document.querySelector("[data-testid='stMain']");
  const misfits = [];
  // Only for screen readers, or covering the page intentionally.
  const ASIDE = "h1, canvas, style, .spoken, .tip, .dock-bar, [data-testid='stIconMaterial']";
  const FIELDS = "[data-testid='stNumberInput'], [data-testid='stSelectbox']";
  if (main.scrollWidth > main.clientWidth + 1) misfits.push("the page scrolls sideways");
  for (const field of main.querySelectorAll(FIELDS)) {
    const { width } = field.getBoundingClientRect();
    if (width && width < 110) misfits.push(`"${field.innerText.trim()}" has ${width} pixels`);
  }
  const above = (node) => node.parentElement ?? node.getRootNode().host ?? null;

  /** The element that cuts the boxes, below the first one that scrolls; null for none. */
  const cutBy = (owner, boxes) => {
    for (let at = owner; at && at !== main; at = above(at)) {
      if (at.title) return null;
      const { overflowX } = getComputedStyle(at);
      if (["auto", "scroll"].includes(overflowX)) return null;
      const { left, right } = at.getBoundingClientRect();
      const isCut = boxes.some((box) => box.left < left - 1.5 || box.right > right + 1.5);
      if (isCut && (overflowX !== "visible" || at.matches(".card"))) return at;
    }
    return null;
  };

  /** The first word that has parts on two lines; undefined for none. */
  const broken = (node) => {
    const range = document.createRange();
    for (const { 0: word, index } of node.textContent.matchAll(/[^\s\-–/]{2,}/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const tops = [...range.getClientRects()].filter((box) => box.width > 1).map(({ top }) => top);
      if (Math.max(...tops) - Math.min(...tops) > 4) return word;
    }
  };

  const places = [];
  for (const { node, words, owner } of textNodes(main)) {
    if (owner.closest(ASIDE)) continue;
    if (!owner.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
    const cut = cutBy(owner, boxes);
    if (cut) misfits.push(`${cut.className} cuts "${words.slice(0, 60)}"`);
    const word = boxes.length > 1 && !owner.closest("svg, code, pre") && broken(node);
    if (word) misfits.push(`"${word}" is broken in "${words.slice(0, 60)}"`);
    places.push(...boxes.map((box) => ({ box, owner, words: words.slice(0, 40) })));
  }

  for (const [i, { box: a, owner, words }] of places.entries()) {
    for (const { box: b, owner: other, words: others } of places.slice(i + 1)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const shared = high / Math.min(a.height, b.height);
      if (owner === other || wide < 2 || shared < 0.4) continue;
      misfits.push(`"${words}" lies on "${others}"`);
    }
  }
  return misfits;
}
"""
)


def wait_until_all_fits(page: Page) -> None:
    """Wait until everything on the page fits, or fail with a list of what does not."""
    deadline = time.monotonic() + 60
    while misfits := page.evaluate(_MISFITS):
        assert time.monotonic() < deadline, json.dumps(misfits, ensure_ascii=False, indent=1)
        page.wait_for_timeout(100)
