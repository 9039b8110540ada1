"""The generated pages of the reference: ``python -m tests.reference`` writes them.

What they say comes from the code: declarations, docstrings, help texts, the OpenAPI document. A
test fails when a page is not what the code says.
"""
