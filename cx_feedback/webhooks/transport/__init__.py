"""Sending one message: the signed text, the allowed addresses, the connection."""
