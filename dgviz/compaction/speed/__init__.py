"""How long executors take for a run's network on this machine, and which one to take."""
