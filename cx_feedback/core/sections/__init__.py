"""Groups that have a permission in sections of the page tree only."""
