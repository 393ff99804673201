"""Training that writes a run's folder. Needs torch."""
