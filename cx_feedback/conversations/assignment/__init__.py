"""Who gets a new conversation: assignment rules and absences."""
