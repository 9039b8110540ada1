"""The reader of a request: by the cookie of a browser, or by a logged-in account."""
