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


def make_accounts() -> list[str]:
    """Create the accounts that are missing and return the names of all."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    users = get_user_model().objects
    for account in ACCOUNTS:
        if users.filter(username=account.username).exists():
            continue
        user = users.create_user(
            account.username, f"{account.username}@hastalaproxima.example", demo_password()
        )
        if account.group:
            user.groups.add(Group.objects.get(name=account.group))
        else:
            user.is_staff = user.is_superuser = True
            user.save()
    return [account.username for account in ACCOUNTS]
