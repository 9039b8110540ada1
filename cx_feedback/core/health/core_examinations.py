"""The examinations of core, in the order in which they are shown."""

from cx_feedback.core.health import (
    databases,
    group_permissions,
    servers,
    site_addresses,
    system_checks,
    theme_contrast,
)

EXAMINATIONS = (
    system_checks.EXAMINATION,
    site_addresses.URLS,
    site_addresses.SITES,
    databases.DATABASES,
    databases.TIME_ZONE,
    servers.CACHE,
    servers.BROKER,
    group_permissions.EXAMINATION,
    theme_contrast.EXAMINATION,
)
