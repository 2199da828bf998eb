"""Who the organisation serves, where it meets them, what it knows of them, and who answers for each."""

from customers.models.assets import AssetQuarter, TierMovement
from customers.models.base import Channel, JourneyStage, RegisterEntry, RegisterQuerySet
from customers.models.data import DataDomain, DataHolding, HoldingAttribute, IdentifyingAttribute, System
from customers.models.imports import RegisterImport
from customers.models.it import CustomerTime, FeedLink, ServiceTier, ValueStory
from customers.models.merges import EntryMerge
from customers.models.needs import TouchpointNeed
from customers.models.policies import ChangeFreeze, ChannelCapacity, ContactPolicy, QuietPeriod
from customers.models.served import Measure, Segment, Tier, Touchpoint
from customers.models.synonyms import Synonym

__all__ = [
    "AssetQuarter",
    "ChangeFreeze",
    "Channel",
    "ChannelCapacity",
    "ContactPolicy",
    "CustomerTime",
    "DataDomain",
    "DataHolding",
    "EntryMerge",
    "FeedLink",
    "HoldingAttribute",
    "IdentifyingAttribute",
    "JourneyStage",
    "Measure",
    "QuietPeriod",
    "RegisterEntry",
    "RegisterImport",
    "RegisterQuerySet",
    "Segment",
    "ServiceTier",
    "Synonym",
    "System",
    "Tier",
    "TierMovement",
    "Touchpoint",
    "TouchpointNeed",
    "ValueStory",
]
