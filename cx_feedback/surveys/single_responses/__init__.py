"""The editors' screens of single responses: the list, one response, actions, tags and notes."""
