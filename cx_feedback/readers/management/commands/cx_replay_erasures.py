from typing import Any

from django.core.files.storage import InvalidStorageError, storages
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cx_feedback.core import conf
from cx_feedback.core.database import replicas
from cx_feedback.core.errors import InvalidInput
from cx_feedback.readers.privacy import erasure_log


class Command(BaseCommand):
    help = (
        "Erase again who was erased after the backup that was restored. Reads the files in the "
        "storage of ERASURE_STORAGE. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--storage", help="Entry of STORAGES, instead of ERASURE_STORAGE.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say how many erasures are missing."
        )

    @replicas.read_from_primary()
    def handle(self, *args: Any, storage: str, dry_run: bool, **options: Any) -> None:
        alias = storage or conf.get("ERASURE_STORAGE")
        if not alias:
            raise CommandError('Name a storage: CX_FEEDBACK["ERASURE_STORAGE"] or --storage.')
        try:
            logged = erasure_log.read_erasures(storage=storages[alias])
        except InvalidStorageError as error:
            raise CommandError(f"STORAGES has no entry {alias}.") from error
        except InvalidInput as error:
            raise CommandError(" ".join(map(str, error.fields["file"]))) from error
        missing = erasure_log.find_missing(logged)
        self.stdout.write(f"{len(logged)} erasures, {len(missing)} not known to this database.")
        if dry_run or not missing:
            return
        for section, count in erasure_log.replay_erasures(missing=missing).items():
            self.stdout.write(f"{section}: {count}")
