"""Results: counts, scores, filters with disclosure control, texts, and their admin pages."""
