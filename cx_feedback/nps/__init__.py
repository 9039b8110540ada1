"""The Net Promoter Score: how likely readers are to recommend the site, and why.

An NPS widget is a survey of kind "nps": ``NPSWidget`` extends ``Survey`` and has questions with
the fixed keys ``score``, ``reason`` and ``email``. Its answers are therefore ``surveys.Response``
rows, and its versions, tallies, results, exports and erasure work as those of any survey. The id
of a widget is the id of its survey. This app adds the editor's form, the templates, the placement
on pages and the score over time.
"""
