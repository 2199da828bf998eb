"""Which column of a file is what. Small YAML files beside this one, a file of one's own, or matched by hand."""

from collections.abc import Mapping as AnyMapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.text import slugify

from customers.errors import ImportRefused
from customers.sheets.values import SLASHED

FOLDER = Path(__file__).parent / "mappings"
#: What a column may become, in the order of the form: field, label, what it is.
FIELDS: dict[str, tuple[str, str]] = {
    "source_reference": ("Reference", "What the file calls the request by. It tells which row is which next time."),
    "silo": ("Department", "Who asks, by name or code."),
    "title": ("Title", "At most 300 characters."),
    "problem": ("Problem", "Why it is asked for."),
    "proposal": ("Proposal", "What is asked for."),
    "kind": ("Kind", "Customer-facing, regulatory or internal."),
    "objective": ("Objective", "By name or code."),
    "one_off_cost": ("One-off cost", ""),
    "yearly_cost": ("Yearly cost", ""),
    "wanted_start": ("Wanted start", ""),
    "wanted_go_live": ("Wanted go-live", ""),
    "promised_effect": ("Promised effect", ""),
    "confidential": ("Confidential", "Yes or no."),
}
REQUIRED = ("source_reference", "silo", "title")
JOINED = frozenset({"problem", "proposal", "promised_effect"})


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a file is read. `columns` gives the headings for each field; several are joined where the field is a text."""

    name: str
    source: str
    columns: dict[str, list[str]]
    label: str = ""
    create_silos: bool = False
    money_unit: int = 1
    money_decimal: str = "."
    slashes: str = ""
    defaults: dict[str, str] = field(default_factory=dict)

    def headings(self) -> list[str]:
        """All headings that it reads."""
        return [heading for headings in self.columns.values() for heading in headings]

    def as_dict(self) -> dict[str, Any]:
        """The mapping as plain data, as `mapping_from` reads it."""
        return asdict(self)


def shipped_mappings() -> list[Mapping]:
    """The mappings that come with Ombud, by name."""
    return [load_mapping(path.stem) for path in sorted(FOLDER.glob("*.yaml"))]


def load_mapping(name: str) -> Mapping:
    """A shipped mapping by its name, or one of your own by its file. Raises ImportRefused."""
    path = FOLDER / f"{name}.yaml" if slugify(name) == name else Path(name)
    if not path.is_file():
        shipped = ", ".join(each.stem for each in sorted(FOLDER.glob("*.yaml")))
        raise ImportRefused(f"There is no mapping “{name}”. There are {shipped}; or name a YAML file.")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise ImportRefused(f"The mapping {path.name} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise ImportRefused(f"The mapping {path.name} is empty or not a list of settings.")
    return mapping_from({"name": path.stem, "source": path.stem, **data})


def mapping_from(data: AnyMapping[str, Any]) -> Mapping:
    """A mapping from plain data, checked. Raises ImportRefused with what to mend."""
    known = {"name", "source", "label", "columns", "create_silos", "money_unit", "money_decimal", "slashes", "defaults"}
    if strange := sorted(set(data) - known):
        raise ImportRefused(f"The mapping says “{strange[0]}”, which is not known. Known: {', '.join(sorted(known))}.")
    columns = {name: _list(value) for name, value in dict(data.get("columns") or {}).items() if value}
    defaults = {name: str(value) for name, value in dict(data.get("defaults") or {}).items()}
    for name in (*columns, *defaults):
        if name not in FIELDS:
            raise ImportRefused(f"The mapping fills “{name}”, which is not known. Known: {', '.join(FIELDS)}.")
        if name in columns and name not in JOINED and len(columns[name]) > 1:
            raise ImportRefused(f"{FIELDS[name][0]} can come from one column only.")
    for name in REQUIRED:
        if name not in columns and name not in defaults:
            raise ImportRefused(f"{FIELDS[name][0]}: say which column it is. Without it no row can be imported.")
    source = str(data.get("source") or "").strip()
    unit, decimal, slashes = data.get("money_unit", 1), data.get("money_decimal", "."), data.get("slashes") or ""
    if not source or len(source) > 60:
        raise ImportRefused("Give the source a name of at most 60 characters. It tells this file's rows from others.")
    if not isinstance(unit, int) or unit < 1 or decimal not in {".", ","} or slashes not in {"", *SLASHED}:
        raise ImportRefused("money_unit is a whole number, money_decimal “.” or “,”, slashes “day” or “month”.")
    return Mapping(
        name=str(data.get("name") or source), source=source, columns=columns, label=str(data.get("label") or ""),
        create_silos=data.get("create_silos") is True, money_unit=unit, money_decimal=decimal, slashes=slashes,
        defaults=defaults,
    )  # fmt: skip


def _list(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
