"""Import of comments from other systems, and export to a file of our own format.

``wordpress_file``, ``disqus_file`` and ``archive_file`` read a file into ``records``, which
``staging`` stores on disk until all of it has been read. Then ``page_mapping`` finds or creates
the pages and ``comment_writer`` stores the comments. ``import_run`` calls these steps, and
``import_report`` lists what was left out and why. See docs/moving-in.md.
"""
