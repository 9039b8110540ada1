"""The parts of rooms that other rooms use: configuration, titles and timeline entries."""
