"""The switchboard: what every room shares. It has no models."""
