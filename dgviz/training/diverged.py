"""How the reason of a run begins whose loss was no longer finite. Known without torch."""

DIVERGED = "The loss stopped being a finite number"
