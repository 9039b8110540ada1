"""The accounts of the demo: one who may do everything, an editor and a moderator."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """Somebody who may log in to the demo."""

    username: str
    group: str = ""


ACCOUNTS = [Account("admin"), Account("editora", "Editors"), Account("moderadora", "Moderators")]


def demo_password() -> str:
    """Return the password of the demo's accounts, from ``DEMO_PASSWORD`` where that is set."""
    return os.environ.get("DEMO_PASSWORD") or "hasta-la-proxima"


def allow_groups() -> None:
    """Let editors write and see, and let moderators do all there is, in magazine and feedback.

    What readers wrote leaves the site as a file only by a moderator's hand, and what editors ask
    is published when a moderator has approved it.
    """
    from django.contrib.auth.models import Group, Permission
    from django.db.models import Q

    ours = Permission.objects.filter(
        Q(content_type__app_label="magazine") | Q(content_type__app_label__startswith="cx_feedback")
    )
    for_moderators = Q(codename__startswith="delete_") | Q(codename__startswith="moderate_")
    publishing = Q(codename__in=["publish_survey", "publish_npswidget"])
    exporting = Q(codename__in=["export_responses", "export_subscription"])
    for_editors = ours.exclude(for_moderators | publishing | exporting)
    for name, permissions in (("Moderators", ours), ("Editors", for_editors)):
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*permissions)


def make_workflow() -> None:
    """Let what editors ask be approved by moderators, as Wagtail lets pages be."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Workflow, WorkflowContentType

    from cx_feedback.nps.models import NPSWidget
    from cx_feedback.surveys.models import Survey

    workflow = Workflow.objects.filter(name="Moderators approval").first()
    if workflow is None:
        return
    for model in (Survey, NPSWidget):
        kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
        WorkflowContentType.objects.get_or_create(
            content_type=kind, defaults={"workflow": workflow}
        )


def make_accounts() -> None:
    """Create the accounts that are missing."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    users = get_user_model().objects
    if users.filter(username__in=[account.username for account in ACCOUNTS]).count() < len(
        ACCOUNTS
    ):
        allow_groups()
        make_workflow()
    for account in ACCOUNTS:
        if users.filter(username=account.username).exists():
            continue
        user = users.create_user(
            account.username,
            f"{account.username}@hastalaproxima.example",
            demo_password(),
            first_name=account.username.capitalize(),
        )
        if account.group:
            user.groups.add(Group.objects.get(name=account.group))
        else:
            user.is_staff = user.is_superuser = True
            user.save()
