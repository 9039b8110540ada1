"""One probe of a fresh site: what its readers, its editors and its cron do.

``python -m probe`` in the site's folder. It needs nothing but the site's own environment, reads
pages and posts their forms as browsers do, and ends with an error at the first thing that is not
as it should be, or with all admin addresses that fail.
"""
