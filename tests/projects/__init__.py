"""Sites with one room each, so that every combination that a site may choose installs."""
