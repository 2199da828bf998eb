"""What the registers say."""

from customers.selectors.entries import (
    changes_of,
    entry_facts,
    entry_warnings,
    find_entries,
    holdings_of,
    person_problem,
    register_counts,
    register_rows,
    synonyms_of,
    tiers_of,
)
from customers.selectors.merges import entry_by_code, merge_preview, merges_into, survivor_of
from customers.selectors.uses import uses_of

__all__ = [
    "changes_of",
    "entry_by_code",
    "entry_facts",
    "entry_warnings",
    "find_entries",
    "holdings_of",
    "merge_preview",
    "merges_into",
    "person_problem",
    "register_counts",
    "register_rows",
    "survivor_of",
    "synonyms_of",
    "tiers_of",
    "uses_of",
]
