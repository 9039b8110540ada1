"""Our scorers, in the order in which they are asked: cheap ones first, the network last."""

from cx_feedback.comments.spam.base import Scorer
from cx_feedback.comments.spam.scorers.akismet import Akismet
from cx_feedback.comments.spam.scorers.burst import Burst
from cx_feedback.comments.spam.scorers.learned import LearnedTexts
from cx_feedback.comments.spam.scorers.links import Links
from cx_feedback.comments.spam.scorers.rate import Rate
from cx_feedback.comments.spam.scorers.record import AuthorRecordScorer
from cx_feedback.comments.spam.scorers.repeats import Repeats
from cx_feedback.comments.spam.scorers.shadow import ShadowBan
from cx_feedback.comments.spam.scorers.timing import Timing
from cx_feedback.comments.spam.scorers.trap import Trap
from cx_feedback.comments.spam.scorers.words import BlockedWords

BUILT_IN: tuple[type[Scorer], ...] = (
    Trap,
    Timing,
    Links,
    BlockedWords,
    AuthorRecordScorer,
    Rate,
    Burst,
    Repeats,
    LearnedTexts,
    Akismet,
    ShadowBan,
)
