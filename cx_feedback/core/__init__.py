"""The base of all rooms: everything they share. It has no models."""
