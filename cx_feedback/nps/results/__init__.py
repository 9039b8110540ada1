"""The breakdown of scores and the scale on which they are shown."""
