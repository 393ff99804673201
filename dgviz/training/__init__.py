"""The training loop and its snapshots."""
