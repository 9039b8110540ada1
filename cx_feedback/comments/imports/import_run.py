"""One import from beginning to end: read all of it, find or make its pages, store its comments."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from cx_feedback.comments.imports.comment_matching import Identity
from cx_feedback.comments.imports.comment_writer import write
from cx_feedback.comments.imports.page_mapping import LeaveOut, MatchPages, PostMapping
from cx_feedback.comments.imports.records import ImportFile, Post
from cx_feedback.comments.imports.report import Report
from cx_feedback.comments.imports.staging import Staging
from cx_feedback.comments.imports.xml import UnreadableFile
from cx_feedback.comments.models import ImportedPage, Thread

#: Called with what is being done ("read", "pages", "write"), how many are done, and of how many.
Progress = Callable[[str, int, int | None], None]


def run(
    file: ImportFile,
    *,
    mapping: PostMapping,
    report: Report,
    progress: Progress,
    partial: bool = False,
) -> None:
    """Import ``file``; repeatable at any time, also after a crash in the middle.

    Raises UnreadableFile before anything is stored, unless ``partial`` asks for what comes before
    the place that cannot be read.
    """
    with Staging() as staging:
        _read(file, staging, report, progress, partial)
        staging.arrange(report)
        identity = file.identity()
        for number, post in enumerate(staging.posts(), 1):
            _settle(post, staging, identity, mapping, report)
            progress("pages", number, None)
        for entry, has_post in staging.without_thread():
            code = "post-left-out" if has_post else "no-post"
            report.remark(code, entry.kind, entry.id, entry.line)
        total = staging.count()
        write(
            staging.entries(),
            identity=identity,
            report=report,
            progress=lambda done: progress("write", done, total),
        )


def _read(
    file: ImportFile, staging: Staging, report: Report, progress: Progress, partial: bool
) -> None:
    number = 0
    try:
        for number, found in enumerate(file, 1):
            if isinstance(found, Post):
                what, new = "post", staging.add_post(found)
            else:
                what, new = found.kind, staging.add_entry(found)
            if not new:
                report.remark("duplicate-id", what, found.id, found.line)
            progress("read", number, None)
    except UnreadableFile as error:
        if not (partial and number):
            raise
        report.broken_off = str(error)


def _settle(
    post: Post, staging: Staging, identity: Identity, mapping: PostMapping, report: Report
) -> None:
    """Find or make the page of a post, and its thread where there is something to say."""
    has_entries = staging.has_entries(post)
    # Of this package's own export: a thread closed before anybody wrote.
    wanted = has_entries or (post.translation_key and not post.comments_open)
    page_id = _known(post, identity.source, report)
    if page_id is None and (wanted or not isinstance(mapping, MatchPages)):
        page_id = _made(post, identity.source, mapping, report)
    if page_id is None:
        return
    if has_entries or not post.comments_open:
        begun = {"closed": not post.comments_open, "created_at": post.date or timezone.now()}
        thread, _new = Thread.objects.get_or_create(page_id=page_id, defaults=begun)
        staging.set_thread(post, thread.pk)


def _known(post: Post, source: str, report: Report) -> int | None:
    """Return the page that an earlier import made or found for a post."""
    known = ImportedPage.objects.filter(source=source, external_id=post.id).first()
    if known is None:
        return None
    report.posts["known"] += 1
    return int(known.page_id)


def _made(post: Post, source: str, mapping: PostMapping, report: Report) -> int | None:
    """Ask the mapping for the page and note which it became; None when it is left out."""
    matching = isinstance(mapping, MatchPages)
    if not matching and post.kind not in mapping.kinds:
        report.remark("other-type", "post", post.id, post.line, post.kind)
        return None
    try:
        with transaction.atomic():
            page = mapping.page_for(post)
            ImportedPage.objects.create(source=source, external_id=post.id, page_id=page.pk)
    except LeaveOut as left:
        report.remark(left.code, "post", post.id, post.line, left.reason)
        return None
    except (ValidationError, IntegrityError, DataError) as error:
        # Another import of the same file at the same time may have been quicker.
        if (page_id := _known(post, source, report)) is not None:
            return page_id
        words = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        report.remark("invalid-page", "post", post.id, post.line, words)
        return None
    report.posts["matched" if matching else "created"] += 1
    return int(page.pk)
