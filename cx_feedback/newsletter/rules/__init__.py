"""Follow-up rules."""
