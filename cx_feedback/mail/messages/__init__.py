"""Messages: letters, their bytes and the way to the server."""
