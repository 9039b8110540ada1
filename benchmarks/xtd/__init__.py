"""django-comments-xtd (BSD-2-Clause) as its documentation sets it up, in an environment of its own.

It is installed into ``.bench/xtd`` by the benchmark and imported by nothing of ours; this folder
imports nothing of the project.
"""
