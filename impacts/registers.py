"""What points at the registers of `customers` from here without a foreign key, and the sheets of this app; `customers`
looks for this module."""

from customers.models import DataDomain, Segment, System, Touchpoint
from customers.pointers import Pointer, add_pointer
from customers.sheets.catalog import add_sheet
from impacts.it_sheet import CUSTOMER_TIME
from impacts.models import TagSuggestion

_KINDS = {
    TagSuggestion.Register.TOUCHPOINT: Touchpoint,
    TagSuggestion.Register.DOMAIN: DataDomain,
    TagSuggestion.Register.SEGMENT: Segment,
    TagSuggestion.Register.SYSTEM: System,
}
for _kind, _model in _KINDS.items():
    add_pointer(_model, Pointer(TagSuggestion, "thing_id", {"register": _kind.value}))
add_sheet(CUSTOMER_TIME)
