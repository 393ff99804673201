"""A sweep: a folder of trials, each a run with the settings of one cell of a grid."""
