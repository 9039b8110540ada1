"""The fixed keys of the three questions of an NPS widget."""

SCORE, REASON, EMAIL = "score", "reason", "email"
