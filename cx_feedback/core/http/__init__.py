"""Requests and answers: where they come from, how large and how often they may be."""
