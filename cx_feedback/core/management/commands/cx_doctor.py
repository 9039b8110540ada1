import json
from dataclasses import asdict
from textwrap import indent
from typing import Any

from django.core.management.base import CommandError, CommandParser

from cx_feedback.core.health.findings import Level
from cx_feedback.core.health.runner import Result, run_examinations
from cx_feedback.core.management.command_examples import CommandWithExamples


class Command(CommandWithExamples):
    help = (
        "Examine this installation: render a page with each widget, fill in its form, send it and "
        "take it back, and look at settings, addresses, databases, cache, broker, worker, "
        "permissions, mails and colours. Says what is wrong, the line to paste, and the document "
        "that explains it. Changes nothing. Ends with 1 if something is wrong."
    )
    examples = """examples:
  manage.py cx_doctor                 say what is wrong
  manage.py cx_doctor -v 2            say what is right, too, and show tracebacks
  manage.py cx_doctor --json          for programs: one JSON object
"""
    # Errors of system checks are findings, and must not keep the doctor from looking further.
    requires_system_checks: Any = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        results = []
        for result in run_examinations():
            results.append(result)
            if not json:
                self._print_result(result, options["verbosity"])
        findings = [finding for result in results for finding in result.findings]
        if json:
            self._print_json(results)
        elif not findings:
            self.stdout.write(self.style.SUCCESS(f"Nothing found in {len(results)} examinations."))
        errors = sum(finding.level == Level.ERROR for finding in findings)
        if errors:
            raise CommandError(f"{errors} of {len(findings)} findings are errors.")

    def _print_result(self, result: Result, verbosity: int) -> None:
        if not result.findings and verbosity > 1:
            self.stdout.write(f"{result.examination.title}: {self.style.SUCCESS('good')}")
        for finding in result.findings:
            style = self.style.ERROR if finding.level == Level.ERROR else self.style.WARNING
            head = style(f"{finding.level.value} {finding.code}")
            self.stdout.write(f"{result.examination.title}: {head}\n  {finding.what}")
            for line in finding.line_to_paste.splitlines():
                self.stdout.write(f"    {line}")
            self.stdout.write(f"  {finding.docs_url}")
        if result.stack and verbosity > 1:
            self.stdout.write(indent(result.stack, "    "))

    def _print_json(self, results: list[Result]) -> None:
        examined = [
            {
                "examination": result.examination.name,
                "seconds": round(result.seconds, 3),
                "findings": [asdict(finding) for finding in result.findings],
            }
            for result in results
        ]
        self.stdout.write(json.dumps({"examinations": examined}, indent=2, default=str))
