"""Loads what the demo's data map rests on besides the registers: what touchpoints need, and what requests will join."""

from datetime import datetime

from config.demo.load_registers import Registers, saved
from config.demo.load_requests import Requests
from config.demo.story import Story
from customers.models import IdentifyingAttribute, TouchpointNeed
from impacts.models import DataUse


def load_maps(story: Story, registers: Registers, requests: Requests, at: datetime) -> None:
    """Say what staff must know where, and by what customers will be found where requests work."""
    for row in story.registers["needs"]:
        for code in row["domains"]:
            need = TouchpointNeed(touchpoint=registers.touchpoints[row["touchpoint"]], domain=registers.domains[code])
            saved(need, at)
    attributes = {each.code: each for each in IdentifyingAttribute.objects.order_by("id")}
    for row in story.requests:
        for line in row.get("data_uses", []):
            if "by" in line:
                domain = registers.domains[line["domain"]]
                use = DataUse.objects.get(request=requests[row["key"]], domain=domain, mode=line["mode"])
                use.attributes.set([attributes[code] for code in line["by"]])
