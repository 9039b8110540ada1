"""Refusals that authors are told of, and their objections."""
