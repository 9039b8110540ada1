"""What the scores of a widget say."""
