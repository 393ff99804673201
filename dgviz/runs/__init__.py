"""Runs on disk: a folder each, written while they train and read by everything else."""
