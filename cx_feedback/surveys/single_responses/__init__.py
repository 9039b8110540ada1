"""The editors' screens of single responses: the list, one response, decisions, tags and notes."""
