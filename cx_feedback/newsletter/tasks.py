"""Thin calls of the services; they may run twice, at once or never."""

from celery import shared_task

from cx_feedback.newsletter import services
from cx_feedback.newsletter.imports import services as imports


@shared_task(name="cx_feedback.newsletter.tasks.post_due")
def post_due() -> int:
    """Turn follow-ups that are due into deliveries; return how many."""
    return services.post_due().posted


@shared_task(name="cx_feedback.newsletter.tasks.post_issues")
def post_issues() -> int:
    """Fill the digests, decide subject tests, post issues whose time has come; return how many."""
    return services.fill_digests() + services.decide_tests() + services.post_scheduled()


@shared_task(name="cx_feedback.newsletter.tasks.find_missed")
def find_missed() -> int:
    """Note the acts that no receiver noted; return how many."""
    return services.find_missed()


@shared_task(name="cx_feedback.newsletter.tasks.forget_unconfirmed")
def forget_unconfirmed() -> int:
    """Delete what nobody confirmed in time; return how many."""
    return services.forget_unconfirmed()


@shared_task(name="cx_feedback.newsletter.tasks.work_on_import")
def work_on_import(import_id: int) -> bool:
    """Check or import a file of subscribers; return whether there was anything to do."""
    return imports.work(import_id=import_id)


@shared_task(name="cx_feedback.newsletter.tasks.sweep_imports")
def sweep_imports() -> int:
    """Take up imports that stand still, delete forgotten files; return how many were deleted."""
    return imports.sweep()
