"""Every write to the registers."""

from customers.services.entries import (
    check_person,
    delete_entry,
    free_code,
    restore_entry,
    retire_entry,
    save_entry,
)
from customers.services.holdings import remove_holding, save_holding
from customers.services.merging import merge_entries, undo_merge

__all__ = [
    "check_person",
    "delete_entry",
    "free_code",
    "merge_entries",
    "remove_holding",
    "restore_entry",
    "retire_entry",
    "save_entry",
    "save_holding",
    "undo_merge",
]
