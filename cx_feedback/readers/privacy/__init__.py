"""Consent to visits and objection to scoring."""
