"""The events that other programs are told of: their names, labels and payloads."""
