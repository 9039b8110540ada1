"""Permissions to list, make, change and remove webhooks."""

from cx_feedback.core.permissions import ModelPermissions

ENDPOINTS = ModelPermissions("cx_feedback_webhooks.Endpoint")
