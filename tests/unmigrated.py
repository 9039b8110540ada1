"""The settings of the tests for a process of its own that does not migrate."""

from tests.no_migrations import NoMigrations
from tests.settings import *  # noqa: F403

MIGRATION_MODULES = NoMigrations()
