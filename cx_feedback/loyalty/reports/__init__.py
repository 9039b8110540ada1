"""Figures for the screens beside the scores."""
