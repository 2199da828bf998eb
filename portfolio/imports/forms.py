"""The forms of an import: the file, and which of its columns is what."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField

from customers.errors import ImportRefused
from customers.sheets.reading import MAX_BYTES, MAX_ROWS, read_table
from portfolio.imports.mapping import FIELDS, REQUIRED, Mapping, mapping_from, shipped_mappings

BY_HAND = ""
#: Headings that people give to each field; the first that a file has is proposed.
_USUAL = {
    "source_reference": ("reference", "ref", "id", "key", "number", "project id", "request id"),
    "silo": ("silo", "department", "agency", "division", "unit", "team"),
    "title": ("title", "project", "name", "project name", "project_name", "request", "summary"),
    "problem": ("problem", "description", "why", "need", "background"),
    "proposal": ("proposal", "solution", "scope", "what"),
    "kind": ("kind", "type", "category"),
    "objective": ("objective", "goal", "strategy"),
    "one_off_cost": ("one-off cost", "cost", "budget", "total budget", "total cost", "estimate", "capex"),
    "yearly_cost": ("yearly cost", "annual cost", "running cost", "opex"),
    "wanted_start": ("wanted start", "start", "start date"),
    "wanted_go_live": (
        "wanted go-live",
        "go-live",
        "end date",
        "end_date",
        "estimated completion",
        "completion",
        "due",
    ),
    "promised_effect": ("promised effect", "benefit", "benefits", "outcome"),
    "confidential": ("confidential",),
}


class UploadForm(forms.Form):
    """The file, and how its columns are known."""

    file = forms.FileField(
        label="File", help_text="CSV or XLSX, at most 25 MB and 50,000 rows. The first row names the columns.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}), allow_empty_file=True,
    )  # fmt: skip
    mapping = forms.ChoiceField(
        label="Columns",
        required=False,
        help_text="A mapping that is there already, or say yourself what each column is.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shipped = {mapping.name: mapping for mapping in shipped_mappings()}
        choices = [(name, mapping.label or name) for name, mapping in self.shipped.items()]
        self.fields["mapping"].choices = [(BY_HAND, "Match the columns by hand"), *choices]  # type: ignore[attr-defined]

    def clean_file(self) -> "UploadedFile[Any]":
        """Not too big, and a table; it is read here once, so that what is wrong with it stands at the field."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            size = (file.size or 0) / 1024 / 1024
            raise forms.ValidationError(f"The file has {size:.0f} MB; 25 MB can be uploaded. Split it in two.")
        return file

    def clean(self) -> dict[str, Any]:
        """Read the file with the headings of the mapping in mind."""
        data = super().clean() or {}
        if file := data.get("file"):
            file.seek(0)
            mapping = self.chosen
            try:
                data["table"] = read_table(file.read(), columns=mapping.headings() if mapping else ())
            except ImportRefused as error:
                self.add_error("file", str(error))
            else:
                if (rows := len(data["table"].lines)) > MAX_ROWS:
                    self.add_error(
                        "file", f"The file has {rows:,} rows; {MAX_ROWS:,} can be imported at once. Split it in two."
                    )
        return data

    @property
    def chosen(self) -> Mapping | None:
        """The shipped mapping that was chosen."""
        return self.shipped.get(self.cleaned_data.get("mapping", ""))


class MatchForm(forms.Form):
    """Which column is what. The usual headings are proposed; what was chosen before is kept."""

    source = forms.CharField(
        label="Where it comes from", max_length=60,
        help_text="A name for this list, such as “planning-2027”. The next file of the same name updates its requests.",
    )  # fmt: skip
    create_silos = forms.BooleanField(
        label="Create departments that Ombud does not know", required=False,
        help_text="Otherwise such a row is an error, which finds spelling mistakes.",
    )  # fmt: skip
    money_unit = forms.TypedChoiceField(
        label="Costs are in", coerce=int, choices=[(1, "single units"), (1_000, "thousands"), (1_000_000, "millions")]
    )
    money_decimal = forms.ChoiceField(
        label="The sign before the cents is", choices=[(".", "a point: 1,400,000.00"), (",", "a comma: 1.400.000,00")]
    )
    slashes = forms.ChoiceField(
        label="A day such as 03/04/2026 is", required=False,
        choices=[("", "not used here"), ("day", "3 April: the day first"), ("month", "4 March: the month first")],
    )  # fmt: skip

    def __init__(self, *args: Any, headings: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "not in this file"), *[(heading, heading) for heading in dict.fromkeys(headings) if heading]]
        for name, (label, hint) in FIELDS.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                help_text=hint,
                choices=choices,
                required=name in REQUIRED,
                initial=_proposed(name, headings),
            )

    @property
    def column_fields(self) -> list[BoundField]:
        """One field for each thing that a column can be."""
        return [self[name] for name in FIELDS]

    @property
    def setting_fields(self) -> list[BoundField]:
        """How the file is to be read."""
        return [self[name] for name in self.fields if name not in FIELDS]

    def clean(self) -> dict[str, Any]:
        """All of it together must be a mapping."""
        data = super().clean() or {}
        if not self.errors:
            settings = {
                name: data[name] for name in ("source", "create_silos", "money_unit", "money_decimal", "slashes")
            }
            columns = {name: data[name] for name in FIELDS if data.get(name)}
            try:
                data["mapping"] = mapping_from({**settings, "columns": columns})
            except ImportRefused as error:
                self.add_error(None, str(error))
        return data


def match_initial(mapping: dict[str, Any], file_name: str) -> dict[str, Any]:
    """What the form starts with: what was chosen before, else a source named like the file."""
    if not mapping:
        return {"source": file_name.rsplit(".", 1)[0][:60], "money_unit": 1, "money_decimal": "."}
    columns = {name: headings[0] for name, headings in mapping["columns"].items()}
    return {**mapping, **columns}


def _proposed(name: str, headings: Sequence[str]) -> str:
    by_words = {heading.casefold().replace("_", " "): heading for heading in headings}
    return next((by_words[words] for words in _USUAL[name] if words in by_words), "")
