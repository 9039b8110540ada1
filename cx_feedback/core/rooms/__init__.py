"""What each room registers with core, and what rooms know of each other."""
