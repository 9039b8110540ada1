from tests.celery import app

__all__ = ["app"]
