"""Our scorers, in the order in which they are asked: cheap ones first, the network last."""

from cx_feedback.comments.spam.base import Scorer
from cx_feedback.comments.spam.scorers.akismet import Akismet
from cx_feedback.comments.spam.scorers.author_history import AuthorRecordScorer
from cx_feedback.comments.spam.scorers.blocked_words import BlockedWords
from cx_feedback.comments.spam.scorers.client_rate import Rate
from cx_feedback.comments.spam.scorers.decided_spam import DecidedSpam
from cx_feedback.comments.spam.scorers.honeypot import Trap
from cx_feedback.comments.spam.scorers.imitated_names import ImitatedNames
from cx_feedback.comments.spam.scorers.learned_texts import LearnedTexts
from cx_feedback.comments.spam.scorers.links import Links
from cx_feedback.comments.spam.scorers.repeated_text import Repeats
from cx_feedback.comments.spam.scorers.shadow_ban import ShadowBan
from cx_feedback.comments.spam.scorers.site_flood import Burst
from cx_feedback.comments.spam.scorers.timing import Timing

BUILT_IN: tuple[type[Scorer], ...] = (
    Trap,
    Timing,
    Links,
    BlockedWords,
    ImitatedNames,
    AuthorRecordScorer,
    Rate,
    Burst,
    Repeats,
    DecidedSpam,
    LearnedTexts,
    Akismet,
    ShadowBan,
)
