"""Marks of operations in the OpenAPI document, which ``document_parts`` turns into words."""

#: An ``Idempotency-Key`` makes repeats harmless.
IDEMPOTENT = "x-cx-idempotent"
#: A proof of work may be asked for.
CHALLENGES = "x-cx-challenges"
