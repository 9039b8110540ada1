"""A front end of another origin, which does everything by the client alone (docs/headless.md)."""
