"""Thin calls of the services; they may run twice, at once or never."""

from celery import shared_task

from cx_feedback.newsletter import services
from cx_feedback.newsletter.imports import import_worker
from cx_feedback.newsletter.imports import services as imports


@shared_task(name="cx_feedback.newsletter.dispatch_follow_ups")
def dispatch_follow_ups() -> int:
    """Turn follow-ups that are due into deliveries; return how many."""
    return services.dispatch_follow_ups().posted


@shared_task(name="cx_feedback.newsletter.post_issues")
def post_issues() -> int:
    """Fill the digests, decide subject tests, post issues whose time has come; return how many."""
    return (
        services.fill_digests()
        + services.finish_due_subject_tests()
        + services.post_scheduled_issues()
    )


@shared_task(name="cx_feedback.newsletter.find_missed_activities")
def find_missed_activities() -> int:
    """Note the acts that no receiver noted; return how many."""
    return services.find_missed_activities()


@shared_task(name="cx_feedback.newsletter.delete_unconfirmed")
def delete_unconfirmed() -> int:
    """Delete what nobody confirmed in time; return how many."""
    return services.delete_unconfirmed()


@shared_task(name="cx_feedback.newsletter.process_import")
def process_import(import_id: int) -> bool:
    """Check or import a file of subscribers; return whether there was anything to do."""
    return import_worker.process_import(import_id=import_id)


@shared_task(name="cx_feedback.newsletter.sweep_imports")
def sweep_imports() -> int:
    """Take up imports that stand still, delete forgotten files; return how many were deleted."""
    return imports.sweep_imports()
