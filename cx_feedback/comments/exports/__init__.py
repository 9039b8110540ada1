"""Export of comments to a JSON file, which ``imports.formats.json_export`` reads."""
