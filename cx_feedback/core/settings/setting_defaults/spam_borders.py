"""Default borders of spam scores."""

#: COMMENTS_SCORES: points of spam from which a comment is challenged, held or put aside.
SPAM_SCORE_BORDERS = {"challenge": 2.0, "hold": 4.0, "spam": 6.0}
