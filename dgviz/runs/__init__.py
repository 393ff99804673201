"""Runs on the disk, one folder each: written while a run trains, and read by everything else."""
