"""The effect of answers: returns of readers, and their next scores."""
