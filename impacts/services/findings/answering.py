"""What requesters say to the hold-on card, and who is told of it."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from impacts.errors import ActNotPossible, NotAllowed
from impacts.models import Answer, Finding
from impacts.permissions import can_answer
from impacts.services.scans.telling import architects
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see
from portfolio.services.notifications import notify, watchers


def answer_hold_on(
    *, request: ProjectRequest, findings: Collection[Finding], person: Person, kind: str, text: str = ""
) -> list[Answer]:
    """Say that one wants to talk, will join, or how one's own request differs, to these findings of the request.

    The other requesters, watchers and the architects are told. Raises ActNotPossible, NotAllowed.
    """
    if not can_answer(person, request):
        raise NotAllowed(f"Only the requester of {request.reference} and the head of its department answer this.")
    if kind not in Answer.Kind.values:
        raise ActNotPossible("Answer with: talk, join, or how yours differs.")
    if kind == Answer.Kind.DIFFERS and not text.strip():
        raise ActNotPossible("Say how yours differs, in one sentence.")
    now = timezone.now()
    answers = []
    with transaction.atomic():
        for finding in findings:
            if not finding.members.filter(request=request).exists():
                raise ActNotPossible(f"{request.reference} takes no part in this finding.")
            answer = Answer(finding=finding, request=request, person=person, kind=kind, text=text.strip(), at=now)
            answer.full_clean()
            answer.save()
            answers.append(answer)
        _tell(request, findings, person, answers)
    return answers


def _tell(request: ProjectRequest, findings: Collection[Finding], person: Person, answers: Collection[Answer]) -> None:
    if not answers:
        return
    others = {
        each.pk: each for finding in findings for member in finding.members.all() for each in watchers(member.request)
    } | {each.pk: each for each in architects()}
    answer = next(iter(answers))
    said = f": “{answer.text}”" if answer.text else ""
    text = f"{person.name} on {request.reference}: {str(answer.get_kind_display()).lower()}{said}"
    people = [each for pk, each in others.items() if pk != person.pk and can_see(each, request)]
    notify(people=people, key=f"answer:{answer.pk}", text=text, url=request.get_absolute_url(), request=request)
