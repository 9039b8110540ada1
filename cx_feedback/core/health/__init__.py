"""The health of an installation: what is wrong, the line to paste and the page that explains it.

``cx_doctor`` and the Health page of the admin run the same examinations (``runner``). A room, or
an app of the site, contributes its own in the module that its ``AppConfig`` names as ``health``:
``EXAMINATIONS`` (``registry.Examination``) and ``WIDGETS`` (``registry.Widget``).
"""
