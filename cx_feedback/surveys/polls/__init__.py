"""Polls: surveys of one question whose results readers see.

``poll_rules`` says which surveys are polls and when their results are open, ``poll_questions``
which question it is, ``poll_counts`` reads how often each answer was given, ``poll_results`` is
what readers see of it.
"""
