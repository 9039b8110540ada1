"""The moderators' screens: the queue, one comment, decisions, bans, the log, the report."""
