"""Tokens of programs: what each may call, until when, how often."""
