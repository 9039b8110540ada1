"""Building the magazine from the files in ``example_site/content``."""
