"""Permissions to list, make, edit and revoke tokens."""

from cx_feedback.core.permissions import ModelPermissions

TOKENS = ModelPermissions("cx_feedback_tokens.Token")
