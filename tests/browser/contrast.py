"""The contrast between text and its background, as defined by WCAG 2."""

from __future__ import annotations

import time

from playwright.sync_api import Page
from text_nodes import TEXT_NODES

_PALE = (
    "() => {"
    + TEXT_NODES
    + r"""
  // A canvas reads every notation of a CSS colour.
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const parse = (css) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) =>
    [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const pale = [];
  for (const { words, owner } of textNodes(document.body)) {
    if (!owner.checkVisibility({ visibilityProperty: true })) continue;
    if (owner.closest(":disabled, script, style") || !owner.offsetWidth) continue;
    let opacity = 1;
    const grounds = [];
    for (let at = owner; at; at = at.parentElement ?? at.getRootNode().host) {
      const style = getComputedStyle(at);
      opacity *= Number(style.opacity);
      grounds.unshift(parse(style.backgroundColor));
    }
    const ground = grounds.reduce((under, top) => over(top, under), [255, 255, 255, 1]);
    const [r, g, b, a] = parse(getComputedStyle(owner).color);
    const [ink, behind] = [over([r, g, b, a * opacity], ground), ground].map(luminance);
    const contrast = (Math.max(ink, behind) + 0.05) / (Math.min(ink, behind) + 0.05);
    if (contrast < 4.5) pale.push(`${contrast.toFixed(2)}: ${words.slice(0, 60)}`);
  }
  return pale;
}
"""
)


def wait_for_contrast(page: Page) -> None:
    """Wait until all text on the page has a contrast of at least 4.5, or fail with the rest.

    While a script runs, Streamlit dims elements that may change.
    """
    deadline = time.monotonic() + 60
    while pale := page.evaluate(_PALE):
        assert time.monotonic() < deadline, pale
        page.wait_for_timeout(100)
