"""Changing a survey while answers come in: what a change means, and bringing back what is gone."""
