"""The page of the rules names the rules that there are, and each has a label."""

import re
from pathlib import Path

from django.conf import settings

from impacts.engine.rules.registry import RULES
from impacts.selectors.findings.presenting import RULE_LABELS


def test_the_page_names_every_rule_in_its_order_with_its_kind() -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (overlap|conflict|gap) \|", page, flags=re.MULTILINE)
    assert rows == [(rule.code, rule.kind) for rule in RULES]


def test_every_rule_has_a_label() -> None:
    assert list(RULE_LABELS) == [rule.code for rule in RULES]
