"""The cache of the site, and bounds for services that may be slow or unavailable."""
