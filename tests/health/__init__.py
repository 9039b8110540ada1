"""The doctor: each examination finds what is broken, and nothing else."""
