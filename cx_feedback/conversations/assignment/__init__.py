"""The assignment of new conversations: rules and absences."""
