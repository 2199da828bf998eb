"""What is decided: meetings, agenda, decisions, conditions, holds, objections and the packs that were printed."""

from board.models.changes import LaterChange, MaterialLimit
from board.models.corrections import MinutesCorrection
from board.models.meetings import (
    AgendaItem,
    Condition,
    DecidedRequest,
    Deciding,
    Decision,
    Hold,
    ItemRequest,
    Meeting,
    Pack,
)
from board.models.objections import Objection
from board.models.papers import PackLink, PackOpening, PaperFile
from board.models.presence import Attendance, QuorumWaiver, StandAside
from board.models.priorities import (
    Criterion,
    CriterionWeight,
    Proposal,
    ProposedRequest,
    RankedRequest,
    Ranking,
    RankMove,
    Score,
    WeightSet,
)
from board.models.record import CarriedWatch, ChainHead, ConditionMove, HoldMove, Seal
from board.models.reports import ReportMail, ReportSchedule
from board.models.rulings import Ballot, Deferral, ItemClock, Joining, Question, Vote
from board.models.scenarios import PlannedRequest, PlanProposal, PlanRun, Scenario, ScenarioPin
from board.models.series import MeetingSeries, SeriesSkip

__all__ = [
    "AgendaItem",
    "Attendance",
    "Ballot",
    "CarriedWatch",
    "ChainHead",
    "Condition",
    "ConditionMove",
    "Criterion",
    "CriterionWeight",
    "DecidedRequest",
    "Deciding",
    "Decision",
    "Deferral",
    "Hold",
    "HoldMove",
    "ItemClock",
    "ItemRequest",
    "Joining",
    "LaterChange",
    "MaterialLimit",
    "Meeting",
    "MeetingSeries",
    "MinutesCorrection",
    "Objection",
    "Pack",
    "PackLink",
    "PackOpening",
    "PaperFile",
    "PlanProposal",
    "PlanRun",
    "PlannedRequest",
    "Proposal",
    "ProposedRequest",
    "Question",
    "QuorumWaiver",
    "RankMove",
    "RankedRequest",
    "Ranking",
    "ReportMail",
    "ReportSchedule",
    "Scenario",
    "ScenarioPin",
    "Score",
    "Seal",
    "SeriesSkip",
    "StandAside",
    "Vote",
    "WeightSet",
]
