"""Import of comments from other systems, and from the JSON file that ``exports`` writes.

The modules of ``formats`` read a file into ``records``, which ``staging`` stores on disk until all
of it has been read. Then ``page_mapping`` finds or creates the pages; ``comment_writer`` and
``vote_writer`` store the comments and votes. ``import_run`` calls these steps, and
``import_report`` lists what was left out and why. See docs/how-to/moving-in.md.
"""
