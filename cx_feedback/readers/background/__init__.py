"""The jobs in the background, and whether they run."""
