"""Webhooks: other programs are told what happens in all rooms, signed and at least once."""
