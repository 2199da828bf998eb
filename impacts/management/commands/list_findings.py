"""Print the findings that stand, each with its requests and evidence."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from impacts.engine.rules.registry import RULE_BY_CODE
from impacts.models import Finding
from impacts.selectors.findings.presenting import EvidenceLine, as_reasons, with_members


class Command(BaseCommand):
    """`list_findings [--rule CODE] [--state STATE] [--json]`."""

    help = "Prints the findings that are open or confirmed, the highest score of each rule first."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--rule", help="only this rule, such as same-purpose")
        parser.add_argument(
            "--state", choices=Finding.State.values, help="only this state (default: open and confirmed)"
        )
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each finding: rule, kind, score, requests by their external references, evidence."""
        rule = options["rule"]
        if rule and rule not in RULE_BY_CODE:
            raise CommandError(f"There is no rule “{rule}”. Choose one of: {', '.join(RULE_BY_CODE)}.")
        state = options["state"]
        rows = Finding.objects.filter(state=state) if state else Finding.objects.standing()
        rows = rows.filter(rule=rule) if rule else rows
        found = [_as_dict(finding) for finding in with_members(rows).order_by("rule", "-score", "id")]
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
            return
        for each in found:
            self.stdout.write(f"{each['rule']} ({each['kind']}) {each['score']:.3f} {', '.join(each['requests'])}")
            self.stdout.write(f"  {each['title']}")
            lines = (EvidenceLine(**line) for line in each["evidence"])
            for line in as_reasons(lines):
                self.stdout.write(f"  - {line.text}")
        self.stdout.write(f"{len(found)} findings.")


def _as_dict(finding: Finding) -> dict[str, Any]:
    members = sorted(finding.members.all(), key=lambda member: member.request_id)
    return {
        "rule": finding.rule,
        "kind": finding.kind,
        "severity": finding.severity,
        "state": finding.state,
        "score": finding.score,
        "title": finding.title,
        "requests": [member.request.source_reference or member.request.reference for member in members],
        "evidence": [
            {"kind": line["kind"], "text": line["text"], "weight": line["weight"], "words": line["words"]}
            for line in finding.evidence
        ],
    }
