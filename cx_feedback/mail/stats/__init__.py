"""Statistics and progress of mailings."""
