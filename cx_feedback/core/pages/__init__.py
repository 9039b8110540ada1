"""Pages of the site: who may see them, and the site and section that they lie in."""
