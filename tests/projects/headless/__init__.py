"""A front end of another origin, which does all by the client alone (docs/how-to/headless.md)."""
