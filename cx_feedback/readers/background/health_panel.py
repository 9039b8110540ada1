"""A panel on the home page of the admin with problems of background jobs."""

import datetime
from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component

from cx_feedback.readers.background import jobs

#: Time without any job after which no worker is considered to run.
SILENT_AFTER = datetime.timedelta(days=1)


class HealthPanel(Component):
    """Shows that no worker was seen for a day, and the jobs that failed; otherwise nothing."""

    name = "cx-feedback-health"
    order = 90
    template_name = "cx_feedback/readers/admin/health_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        last_seen = jobs.get_last_seen()
        silent = last_seen is None or last_seen < timezone.now() - SILENT_AFTER
        return {"silent": silent, "last_seen": last_seen, "failed": jobs.get_failed_jobs()}
