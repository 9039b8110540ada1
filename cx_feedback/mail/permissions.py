"""Who may look at deliveries and change what goes out."""

from cx_feedback.core.permissions import ModelPermissions

_APP = "cx_feedback_mail"

DELIVERIES = ModelPermissions(f"{_APP}.Delivery")
SUPPRESSIONS = ModelPermissions(f"{_APP}.Suppression")
RATE_LIMITS = ModelPermissions(f"{_APP}.RateLimit")

#: To see the pages of mailings.
VIEW_MAILINGS = DELIVERIES.change | DELIVERIES.view
#: To pause, schedule and cancel mailings and to send deliveries again.
CHANGE_DELIVERIES = DELIVERIES.change
