"""Email backends of our own, for ``EMAIL_BACKEND``."""
