from typing import Any

from django.core.management.base import BaseCommand

from cx_feedback.core.admin.default_groups import create_default_groups


class Command(BaseCommand):
    help = (
        'Create the groups "Feedback moderators" and "Feedback editors" with their permissions, '
        "to which a superuser then adds people. It can be run again: it adds what is missing and "
        "takes nothing away."
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
            "Who readers are (view_reader), settings and moderators' sections are in no group."
        )
