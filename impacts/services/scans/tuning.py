"""Changes what the organisation has set of the rules. The findings follow with the next full scan."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from impacts.engine.facts import EngineSettings
from impacts.engine.tuning import TUNABLES, Number, problems, tuned
from impacts.errors import NotAllowed, SettingsMoved, SettingsProblem
from impacts.models import EngineTuning
from impacts.permissions import can_tune
from impacts.selectors.scans.facts import default_settings, engine_settings
from portfolio.models import Person


def tune_engine(*, person: Person, seen: int, settings: EngineSettings, why: str = "") -> EngineTuning:
    """Let these settings hold from now on. `seen` is the version that the person saw (0: never changed before).

    Nothing is scanned here: the caller wakes the full scan, and until one has run, the sweep sees that it is owed
    (`owes_full_scan`). Findings that no longer fire close by themselves, with what people said of them kept, and come
    back as they were when they fire again. Raises NotAllowed, SettingsProblem, SettingsMoved.
    """
    if not can_tune(person):
        raise NotAllowed("Only architects and administrators change the rules.")
    wrong = problems(settings)
    if wrong:
        raise SettingsProblem("These settings cannot be used.", wrong)
    if EngineTuning.objects.filter(version__lte=seen).count() != seen:
        raise SettingsMoved(_MOVED)  # also for a version that never was
    if settings == engine_settings():
        raise SettingsProblem("This is how the rules are set already. Change something first.")
    change = EngineTuning(
        version=seen + 1,
        at=timezone.now(),
        person=person,
        why=why.strip(),
        numbers=numbers_of(settings),
        disabled_rules=sorted(settings.disabled_rules),
    )
    change.full_clean(validate_unique=False)
    if tuned(default_settings(), change.numbers, frozenset(change.disabled_rules)) != settings:
        raise SettingsProblem("These settings name rules or numbers that do not exist. Open the page again.")
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        raise SettingsMoved(_MOVED) from error
    return change


_MOVED = (
    "Somebody else has changed the rules meanwhile. Nothing of yours was stored: look at what holds now, then again."
)


def numbers_of(settings: EngineSettings) -> Mapping[str, Number]:
    """The numbers that differ from the defaults, by field."""
    default = default_settings()
    return {
        each.field: getattr(settings, each.field)
        for each in TUNABLES
        if getattr(settings, each.field) != getattr(default, each.field)
    }
