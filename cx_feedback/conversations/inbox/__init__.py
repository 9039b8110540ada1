"""The editors' inbox in Wagtail's admin."""
