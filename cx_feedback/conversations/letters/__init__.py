"""The form "write to us": its fields, its context and who is asked for a proof of work."""
