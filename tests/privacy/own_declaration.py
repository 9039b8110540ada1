"""What an app of a site declares."""

from cx_feedback.core.privacy.personal_data import ComputedData

PERSONAL_DATA = (ComputedData("orders", "Orders", lambda person: []),)
