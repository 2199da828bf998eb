"""What the silos ask for: people and their roles, silos, objectives, requests and what is said about them."""

from portfolio.models.around import (
    Comment,
    Contribution,
    Need,
    Notification,
    RequestSkill,
    ScanMark,
    Transition,
    Watch,
)
from portfolio.models.imports import ImportedRow, ImportFile
from portfolio.models.objectives import Objective, ObjectiveReading
from portfolio.models.people import Membership, Person, PersonManager, Silo, Skill, SkillCapacity
from portfolio.models.requests import STATUS_CHOICES, ProjectRequest, ReferenceCounter, RequestQuerySet
from portfolio.roles import Role

__all__ = [
    "STATUS_CHOICES",
    "Comment",
    "Contribution",
    "ImportFile",
    "ImportedRow",
    "Membership",
    "Need",
    "Notification",
    "Objective",
    "ObjectiveReading",
    "Person",
    "PersonManager",
    "ProjectRequest",
    "ReferenceCounter",
    "RequestQuerySet",
    "RequestSkill",
    "Role",
    "ScanMark",
    "Silo",
    "Skill",
    "SkillCapacity",
    "Transition",
    "Watch",
]
