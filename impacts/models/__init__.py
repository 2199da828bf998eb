"""How requests meet the customer and each other: tags, findings, what people said of them, clusters and families."""

from impacts.models.bets import HELD_TO, Bet, BetAnswer
from impacts.models.findings import Answer, Finding, FindingChange, FindingMember, FindingQuerySet, TriageAct
from impacts.models.groups import Cluster, Family, FamilyMember
from impacts.models.meaning import RequestMeaning
from impacts.models.proposals import ProposedTag, ProposedTerm
from impacts.models.scans import ScanRun, ScanShard, ScanTrouble
from impacts.models.tags import DataUse, Effect, Impact, PlannedContact, SystemUse, TagSuggestion
from impacts.models.tuning import EngineTuning

__all__ = [
    "HELD_TO",
    "Answer",
    "Bet",
    "BetAnswer",
    "Cluster",
    "DataUse",
    "Effect",
    "EngineTuning",
    "Family",
    "FamilyMember",
    "Finding",
    "FindingChange",
    "FindingMember",
    "FindingQuerySet",
    "Impact",
    "PlannedContact",
    "ProposedTag",
    "ProposedTerm",
    "RequestMeaning",
    "ScanRun",
    "ScanShard",
    "ScanTrouble",
    "SystemUse",
    "TagSuggestion",
    "TriageAct",
]
