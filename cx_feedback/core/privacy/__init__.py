"""The declaration of what the rooms hold of a person, for export, erasure and documents."""
