"""Scoring readers: training, check, tiers and silences."""
