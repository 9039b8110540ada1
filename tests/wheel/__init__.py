"""Build wheel and sdist, install them as the tutorial and the README say, and probe them there.

``python -m tests.wheel``: what git tracks below ``cx_feedback`` must be in both and nothing else
(``contents.txt``), and they must serve a site that was not made for them: the sdist on the oldest
versions, the wheel on newer ones, in environments with nothing else.
"""
