"""One question at the right moment: how likely are you to recommend us, and why.

An NPS widget *is* a survey of kind "nps" (``NPSWidget`` extends ``Survey``) with two questions of
fixed keys, ``score`` and ``reason``. So its answers are ``surveys.Response`` rows, its published
versions are frozen, its tallies are folded, its results, exports and erasure work as those of any
survey, and the widget's id is the survey's id: nothing has to be looked up between the two. What
this room adds is the editor's form, the look, and the score over time.
"""
