"""Permissions of deliveries, suppressions and rate limits."""

from cx_feedback.core.permissions import ModelPermissions

_APP = "cx_feedback_mail"

DELIVERIES = ModelPermissions(f"{_APP}.Delivery")
SUPPRESSIONS = ModelPermissions(f"{_APP}.Suppression")
RATE_LIMITS = ModelPermissions(f"{_APP}.RateLimit")

#: View the pages of mailings.
VIEW_MAILINGS = DELIVERIES.change | DELIVERIES.view
#: Pause, schedule and cancel mailings, and send deliveries again.
CHANGE_DELIVERIES = DELIVERIES.change
