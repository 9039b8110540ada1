"""The templates that come with the room, one a file."""
