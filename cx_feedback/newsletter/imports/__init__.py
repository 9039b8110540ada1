"""Import of subscribers from files, with the proof of their consent."""
