"""Where and when a survey or an NPS widget appears: on which pages, to whom, and how often."""
