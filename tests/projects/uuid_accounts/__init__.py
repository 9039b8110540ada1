"""A site whose accounts have UUIDs as primary keys."""
