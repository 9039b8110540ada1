"""What the screens show beside scores."""
