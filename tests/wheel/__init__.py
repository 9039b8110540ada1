"""Build the wheel, install it as the tutorial and the README say, and probe it there.

``python -m tests.wheel``: what git tracks below ``cx_feedback`` must be in the wheel, and the
wheel must serve a site that was not made for it, on the oldest and the newest versions, in
environments with nothing else.
"""
