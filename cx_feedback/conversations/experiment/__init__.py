"""The experiment with the order in which conversations are answered, within the promised time."""
