"""Issues of a newsletter: blocks, rendering, archive."""
