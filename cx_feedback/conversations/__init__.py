"""Conversations: letters, low scores and questions of readers, answered by the editors."""
