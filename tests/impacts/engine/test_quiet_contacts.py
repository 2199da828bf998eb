"""Contacts in a quiet period, by hand."""

from dataclasses import replace
from datetime import timedelta

from impacts.engine.facts import ContactFact, QuietFact
from tests.impacts.engine.making import REGISTER, TODAY, day, find, request

EASTER = QuietFact(1, "EASTER", "Easter", day(10), day(14))
QUIET = replace(REGISTER, quiet_periods=(EASTER,))


def remedy_of(finding):
    """Its line of remedy."""
    return next(line for line in finding.evidence if line.kind == "remedy")


def test_contacts_in_a_quiet_period_are_one_finding_with_every_request_that_sends_then():
    one = request(1, silo=1, contacts=(ContactFact(1, "mail", day(10), times=2, every_days=4),))
    other = request(2, silo=2, contacts=(ContactFact(1, "phone", day(12)), ContactFact(2, "phone", day(15))))
    (finding,) = find("contact-overload", one, other, register=QUIET)
    assert finding.identity == ("contact-overload", "quiet:1", "segment:1")
    assert finding.requests == (1, 2)
    assert finding.severity == "look"
    assert finding.title.startswith("2 requests plan 3 contacts to Card holders in the quiet days from ")
    (serious,) = find("contact-overload", replace(one, committed=True), register=QUIET)
    assert serious.severity == "serious"


def test_the_first_and_last_day_are_quiet_and_the_days_beside_them_are_not():
    for when, count in ((9, 0), (10, 1), (14, 1), (15, 0)):
        sent = request(1, contacts=(ContactFact(1, "mail", day(when)),))
        assert len(find("contact-overload", sent, register=QUIET)) == count


def test_what_was_sent_before_today_is_left_out():
    sent = request(1, contacts=(ContactFact(1, "mail", day(10)),))
    assert find("contact-overload", sent, register=QUIET, today=TODAY + timedelta(days=11)) == []


def test_the_remedy_puts_off_what_falls_into_the_period_and_then_it_is_quiet():
    sent = request(1, contacts=(ContactFact(1, "mail", day(8), times=3, every_days=3), ContactFact(1, "mail", day(30))))
    (finding,) = find("contact-overload", sent, register=QUIET)
    line = remedy_of(finding)
    (after,) = line.changed
    assert [contact.first_day for contact in after.contacts] == [day(15), day(30)]
    assert find("contact-overload", after, register=QUIET) == []
    assert f"{day(15):%-d %B %Y}" in line.text


def test_what_has_begun_is_stopped():
    sent = request(1, contacts=(ContactFact(1, "mail", day(-1), times=9, every_days=3),))
    (finding,) = find("contact-overload", sent, register=QUIET)
    line = remedy_of(finding)
    assert "put off until after" in line.text
    assert find("contact-overload", *line.changed, register=QUIET) == []
