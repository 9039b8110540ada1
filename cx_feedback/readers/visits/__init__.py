"""The visits of readers that are no longer kept as days."""
