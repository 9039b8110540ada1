"""MIGRATION_MODULES of a process whose tables are made from the models, as pytest makes them."""


class NoMigrations:
    """Say of each app that it has no migrations."""

    def __contains__(self, label: str) -> bool:
        return True

    def __getitem__(self, label: str) -> None:
        return None
