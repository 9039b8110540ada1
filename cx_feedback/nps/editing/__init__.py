"""The editor's form of a widget."""
