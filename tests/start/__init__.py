"""A Wagtail site as ``wagtail start`` makes it, bare and with all rooms, to be started."""
