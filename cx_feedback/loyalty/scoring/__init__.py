"""Scores of readers: training, check, tiers and silences."""
