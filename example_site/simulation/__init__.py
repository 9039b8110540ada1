"""Simulated readers: who comes, who stays away, and what they answer."""
