"""What this room adds to the admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let groups be given the right to know who a reader is, on the screens of all rooms."""
    return Permission.objects.filter(
        content_type__app_label="cx_feedback_readers", codename="view_reader"
    )
