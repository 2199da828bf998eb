"""Making many objects without looking for garbage among them."""

import gc

import pytest

from impacts.engine.garbage import without_collecting


def test_nothing_is_collected_meanwhile_and_as_ever_afterwards() -> None:
    assert gc.isenabled()
    with without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_is_raised_meanwhile_does_not_end_the_collecting() -> None:
    with pytest.raises(ZeroDivisionError), without_collecting():
        raise ZeroDivisionError
    assert gc.isenabled()
