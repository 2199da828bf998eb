"""Scoring requests, and setting the criteria and weights by which they are weighed."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify

from board.errors import BoardError, NotAllowed, StaleMeeting
from board.models import Criterion, CriterionWeight, Score, WeightSet
from board.models.priorities import MOST_WEIGHT
from board.permissions import can_score, can_weigh
from board.selectors.priorities.goals import WAITING
from board.selectors.priorities.scores import scores_of, seen_scores
from board.services.wording import in_full
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see


class CannotScore(BoardError):
    """What was typed does not make a score, or the request is decided. The message says what to do."""


def set_scores(
    *, person: Person, request: ProjectRequest, points: Mapping[Criterion, tuple[int, str]], seen: str
) -> list[Score]:
    """Score a request by these criteria, each with its reason; the other scores stay. `seen` is what the page showed.
    Returns the scores that changed. Raises NotAllowed, StaleMeeting where somebody else scored it meanwhile,
    CannotScore, ValidationError."""
    if not can_score(person) or not can_see(person, request):
        raise NotAllowed("Architects and the board score requests.")
    with transaction.atomic():
        # Whoever scores the same request at this moment waits here.
        ProjectRequest.objects.filter(pk=request.pk).update(updated_at=F("updated_at"))
        request.refresh_from_db(fields=["status"])
        if request.state not in WAITING:
            raise CannotScore(f"{request.reference} no longer waits for the board. Its scores stay as they were.")
        known = scores_of(request)
        if seen != seen_scores(known):
            raise StaleMeeting(
                "Somebody else scored this request while you had it open. What you typed is kept: look at theirs, "
                "then save again."
            )
        return [
            _score(known.get(criterion.pk), request, criterion, person, number, reason.strip())
            for criterion, (number, reason) in points.items()
            if _differs(known.get(criterion.pk), number, reason.strip())
        ]


def _differs(known: Score | None, points: int, reason: str) -> bool:
    return known is None or (known.points, known.reason) != (points, reason)


def _score(
    known: Score | None, request: ProjectRequest, criterion: Criterion, person: Person, points: int, reason: str
) -> Score:
    score = known or Score(request=request, criterion=criterion)
    score.points, score.reason, score.person, score.at = points, reason, person, timezone.now()
    score.full_clean()
    score.save()
    return score


def set_weights(*, person: Person, expected: int, weights: Mapping[Criterion, int], why: str) -> WeightSet:
    """Put these weights in force, as the next set after number `expected`. Raises NotAllowed, CannotScore without a
    reason or a weight, StaleMeeting where somebody else was quicker."""
    if not can_weigh(person):
        raise NotAllowed("The secretary, the CIO, the customer leader and administrators set the weights.")
    words = in_full(why, most=500, field="why")
    if not words:
        raise CannotScore("Say why the weights change: everybody who is scored by them may read it.")
    if not any(weights.values()) or any(not 0 <= each <= MOST_WEIGHT for each in weights.values()):
        raise CannotScore(f"Give at least one criterion a weight, none above {MOST_WEIGHT}.")
    late = StaleMeeting("Somebody else changed the weights while you had them open. Look at theirs, then set yours.")
    if (WeightSet.objects.aggregate(last=Max("number"))["last"] or 0) != expected:
        raise late
    try:
        with transaction.atomic():
            made = WeightSet.objects.create(number=expected + 1, by=person, at=timezone.now(), why=words)
            CriterionWeight.objects.bulk_create(
                [CriterionWeight(weights=made, criterion=each, weight=weight) for each, weight in weights.items()]
            )
    except IntegrityError as error:
        raise late from error
    return made


def add_criterion(*, person: Person, name: str, question: str) -> Criterion:
    """Add a criterion, at the end; it counts nothing until it is given a weight. Raises NotAllowed, ValidationError."""
    _check_weigh(person)
    if Criterion.objects.filter(name__iexact=name.strip(), retired_on__isnull=True).exists():
        raise ValidationError({"name": "There is a criterion of this name already. Give this one another."})
    stem = slugify(name)[:50] or "criterion"
    taken = set(Criterion.objects.filter(code__startswith=stem).values_list("code", flat=True))
    code = next(each for each in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if each not in taken)
    last = Criterion.objects.aggregate(last=Max("position"))["last"] or 0
    criterion = Criterion(code=code, name=name.strip(), question=question.strip(), position=last + 1)
    criterion.full_clean()
    criterion.save()
    return criterion


def retire_criterion(*, person: Person, criterion: Criterion) -> Criterion:
    """Take a criterion out of use; its scores and weights stay in the history. Retired already, it stays so. Raises
    NotAllowed."""
    _check_weigh(person)
    if criterion.retired_on is None:
        criterion.retired_on = timezone.localdate()
        criterion.save()
    return criterion


def _check_weigh(person: Person) -> None:
    if not can_weigh(person):
        raise NotAllowed("The secretary, the CIO, the customer leader and administrators keep the criteria.")


def ordered_weights(criteria: Sequence[Criterion], values: Sequence[int]) -> dict[Criterion, int]:
    """Each criterion with its weight, for `set_weights`."""
    return dict(zip(criteria, values, strict=True))
