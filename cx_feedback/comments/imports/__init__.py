"""Moving in: comments from other systems, and out into a file and back.

A file is read (``wordpress``, ``disqus``, ``archive``) into the records of ``records``, which wait
on disk in ``staging`` until all of it is known to be readable; then ``pages`` finds or makes their
pages and ``writing`` stores them, a batch a transaction. ``running`` does one after the other and
``report`` keeps what was left out and why. docs/moving-in.md is for who uses it.
"""
