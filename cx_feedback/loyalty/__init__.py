"""Loyalty: probabilities of a return, tiers, and readers who stop visiting or come back."""
