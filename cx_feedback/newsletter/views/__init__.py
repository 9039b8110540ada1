"""The pages of readers and editors."""
