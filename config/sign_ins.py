"""The people of the demo that a visitor signs in as, one for each role, and their password. For demonstration only."""

from dataclasses import dataclass

from portfolio.models import Person

DEMO_PASSWORD = "meridian"  # noqa: S105

_WHO = (
    ("Department head", "tomas.rey@meridian.example"),
    ("IT architect", "ines.okafor@meridian.example"),
    ("Board secretary", "mara.lindqvist@meridian.example"),
    ("CIO", "margaret.ashby@meridian.example"),
    ("Customer leader", "grace.mwangi@meridian.example"),
    ("IT manager", "rafael.costa@meridian.example"),
    ("Segment manager", "lena.vogt@meridian.example"),
    ("Administrator", "jonas.petersen@meridian.example"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whom to sign in as."""

    role: str
    name: str
    email: str


def demo_sign_ins() -> list[SignIn]:
    """The demo's people who can sign in with DEMO_PASSWORD; none where the demo is not loaded or has been changed."""
    people = {person.email: person for person in Person.objects.filter(email__in=[email for _, email in _WHO])}
    first = next((people[email] for _, email in _WHO if email in people), None)
    if first is None or not first.check_password(DEMO_PASSWORD):
        return []
    return [SignIn(role, people[email].name, email) for role, email in _WHO if email in people]
