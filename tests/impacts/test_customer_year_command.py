"""The command that prints a customer's year says what is wrong with what it was asked."""

import pytest
from django.core.management import CommandError, call_command

from tests.factories import SegmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def card_holders():
    SegmentFactory.create(name="Card holders", code="card-holders")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Say whose year"),
        ({"segment": "nobody"}, "There is no segment “nobody”"),
        ({"segment": "card-holders", "person": "x@example.org"}, "Nobody signs in as"),
    ],
)
def test_the_command_says_what_is_wrong(options, words):
    with pytest.raises(CommandError, match=words):
        call_command("customer_year", **options)


@pytest.mark.parametrize(("option", "value"), [("--weeks", "0"), ("--weeks", "abc"), ("--from", "2027-02-30")])
def test_the_command_names_an_option_that_cannot_be(option, value):
    with pytest.raises(CommandError, match=f"argument {option}: “{value}” is no"):
        call_command("customer_year", f"{option}={value}", segment="card-holders")
