"""Runs one import: reads the file, finds or creates its pages and stores its comments."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from cx_feedback.comments.imports.comment_matching import CommentMatcher
from cx_feedback.comments.imports.comment_writer import store_entries
from cx_feedback.comments.imports.formats.base import ImportFile, UnreadableFile
from cx_feedback.comments.imports.import_report import ImportReport
from cx_feedback.comments.imports.page_mapping import LeaveOut, MatchPages, PostMapping
from cx_feedback.comments.imports.records import Post
from cx_feedback.comments.imports.staging import Staging
from cx_feedback.comments.models import ImportedPage, Thread

#: Called with the phase ("read", "pages", "write"), the number done and the total if known.
Progress = Callable[[str, int, int | None], None]


def run_import(
    file: ImportFile,
    *,
    mapping: PostMapping,
    report: ImportReport,
    progress: Progress,
    partial: bool = False,
) -> None:
    """Import ``file``. An import can be repeated at any time, also after a crash.

    Raises UnreadableFile before anything is stored. With ``partial``, the part of the file before
    the error is imported.
    """
    with Staging() as staging:
        _read_file(file, staging, report, progress, partial)
        staging.assign_levels(report)
        matcher = file.get_matcher()
        for number, post in enumerate(staging.iterate_posts(), 1):
            _prepare_thread(post, staging, matcher, mapping, report)
            progress("pages", number, None)
        for entry, has_post in staging.iterate_left_out():
            code = "post-left-out" if has_post else "no-post"
            report.add_remark(code, entry.kind, entry.id, entry.line)
        total = staging.count_entries()
        store_entries(
            staging.iterate_entries(),
            matcher=matcher,
            report=report,
            progress=lambda done: progress("write", done, total),
        )


def _read_file(
    file: ImportFile, staging: Staging, report: ImportReport, progress: Progress, partial: bool
) -> None:
    number = 0
    try:
        for number, found in enumerate(file, 1):
            if isinstance(found, Post):
                subject, is_new = "post", staging.add_post(found)
            else:
                subject, is_new = found.kind, staging.add_entry(found)
            if not is_new:
                report.add_remark("duplicate-id", subject, found.id, found.line)
            progress("read", number, None)
    except UnreadableFile as error:
        if not (partial and number):
            raise
        report.broken_off = str(error)


def _prepare_thread(
    post: Post,
    staging: Staging,
    matcher: CommentMatcher,
    mapping: PostMapping,
    report: ImportReport,
) -> None:
    """Find or create the page of a post, and its thread if the post has comments."""
    has_entries = staging.has_entries(post)
    # In this package's own export, a thread may be closed without having comments.
    needs_page = has_entries or (post.translation_key and not post.comments_open)
    page_id = _find_known_page(post, matcher.source, report)
    if page_id is None and (needs_page or not isinstance(mapping, MatchPages)):
        page_id = _map_page(post, matcher.source, mapping, report)
    if page_id is None:
        return
    if has_entries or not post.comments_open:
        begun = {"closed": not post.comments_open, "created_at": post.date or timezone.now()}
        thread, _new = Thread.objects.get_or_create(page_id=page_id, defaults=begun)
        staging.set_thread(post, thread.pk)


def _find_known_page(post: Post, source: str, report: ImportReport) -> int | None:
    """Return the ID of the page that an earlier import created or found for a post."""
    known = ImportedPage.objects.filter(source=source, external_id=post.id).first()
    if known is None:
        return None
    report.posts["known"] += 1
    return int(known.page_id)


def _map_page(post: Post, source: str, mapping: PostMapping, report: ImportReport) -> int | None:
    """Store the page that the mapping returns and return its ID, None if it is left out."""
    matching = isinstance(mapping, MatchPages)
    if not matching and post.kind not in mapping.kinds:
        report.add_remark("other-type", "post", post.id, post.line, post.kind)
        return None
    try:
        with transaction.atomic():
            page = mapping.page_for(post)
            ImportedPage.objects.create(source=source, external_id=post.id, page_id=page.pk)
    except LeaveOut as left:
        report.add_remark(left.code, "post", post.id, post.line, left.reason)
        return None
    except (ValidationError, IntegrityError, DataError) as error:
        # Another import of the same file at the same time may have been quicker.
        if (page_id := _find_known_page(post, source, report)) is not None:
            return page_id
        words = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        report.add_remark("invalid-page", "post", post.id, post.line, words)
        return None
    report.posts["matched" if matching else "created"] += 1
    return int(page.pk)
