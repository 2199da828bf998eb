"""What the tests of these pages share."""

import pytest

from tests.impacts.views.letting_in import EVERYBODY


@pytest.fixture
def everybody(request):
    return {name: request.getfixturevalue(name) for name in EVERYBODY}
