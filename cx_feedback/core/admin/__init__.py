"""What the rooms' screens in Wagtail's admin share."""
