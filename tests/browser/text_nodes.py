"""JavaScript for tests that look at all words of a page."""

TEXT_NODES = r"""
  /** Every text node with words in it, those of shadow trees too. */
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
