"""Training that writes a run's folder. Needs torch, which nothing else in `runs` does."""
