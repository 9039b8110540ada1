"""Pages of the site: access, sites, sections, previews and time zones."""
