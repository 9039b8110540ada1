from typing import Any

from django.core.management.base import BaseCommand

from cx_feedback.core.admin.default_groups import create_default_groups


class Command(BaseCommand):
    help = (
        'Create the groups "Feedback moderators" and "Feedback editors" with their permissions. '
        "A superuser then adds users to them. Safe to run again: it adds missing permissions and "
        "removes none."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for grant in create_default_groups():
            begin = "created" if grant.created else "exists"
            self.stdout.write(
                f"{grant.group}: {begin}, {len(grant.added)} permissions added, {grant.kept} kept."
            )
            if options["verbosity"] > 1:
                self.stdout.write("\n".join(f"  {name}" for name in grant.added))
        self.stdout.write(
            "No group includes viewing readers (view_reader), settings or sections of moderators."
        )
