"""The browser's half, as ES modules, and what makes files of it that a page can load at once."""
