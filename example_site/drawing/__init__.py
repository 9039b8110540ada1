"""The magazine's pictures, drawn by code: the same on every machine."""
