"""The site's cache and other services that may be slow or away."""
