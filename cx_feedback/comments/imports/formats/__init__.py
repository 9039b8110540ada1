"""The file formats that can be imported: one module for each system, and our own archive.

A new format is a class here that implements ``base.ImportFile``, yielding ``records.Post`` and
``records.Entry``, and a command derived from ``command_base.ImportCommand``. ``xml_records`` reads
large XML files.
"""
