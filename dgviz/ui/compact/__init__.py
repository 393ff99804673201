"""The Compact page."""
