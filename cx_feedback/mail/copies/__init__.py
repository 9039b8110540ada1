"""Copies of what readers sent, for other rooms that ask by a signal."""
