"""JavaScript for tests that check all text of a page."""

TEXT_NODES = r"""
  /** Every text node that is not blank, also in shadow trees. */
  function* textNodes(root) {
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node; (node = nodes.nextNode());) {
      if (node.shadowRoot) yield* textNodes(node.shadowRoot);
      const words = node.nodeType === Node.TEXT_NODE ? node.textContent.trim() : "";
      const owner = node.parentElement;
      if (words && owner) yield { node, words, owner };
    }
  }
"""
