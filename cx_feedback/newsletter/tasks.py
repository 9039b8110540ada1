"""Thin calls of the services; they may run twice, at once or never."""

from celery import shared_task

from cx_feedback.newsletter import services
from cx_feedback.newsletter.imports import import_worker
from cx_feedback.newsletter.imports import services as imports


@shared_task(name="cx_feedback.newsletter.dispatch_follow_ups")
def dispatch_follow_ups() -> int:
    """Turn the follow-ups that are due into deliveries and return their number."""
    return services.dispatch_follow_ups().posted


@shared_task(name="cx_feedback.newsletter.post_issues")
def post_issues() -> int:
    """Fill digests, finish subject tests and post scheduled issues; return the number of all."""
    return (
        services.fill_digests()
        + services.finish_due_subject_tests()
        + services.post_scheduled_issues()
    )


@shared_task(name="cx_feedback.newsletter.find_missed_activities")
def find_missed_activities() -> int:
    """Create the follow-ups that receivers have missed and return their number."""
    return services.find_missed_activities()


@shared_task(name="cx_feedback.newsletter.process_import")
def process_import(import_id: int) -> bool:
    """Check or import a file of subscribers and return whether there was anything to do."""
    return import_worker.process_import(import_id=import_id)


@shared_task(name="cx_feedback.newsletter.sweep_imports")
def sweep_imports() -> int:
    """Resume stalled imports, delete abandoned files and return the number of deleted imports."""
    return imports.sweep_imports()
