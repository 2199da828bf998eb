"""The demo's command says what it loaded, and nothing else."""

import logging

import pytest

from config.management.commands.demo import quiet


def test_a_quiet_logger_speaks_of_trouble_only_and_is_as_before_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("board.services.decisions.sealing")
    before = logger.level
    with caplog.at_level(logging.INFO), quiet("board.services.decisions.sealing"):
        logger.info("Decision 1 is entry 1")
        logger.warning("Something is wrong")
    assert [record.message for record in caplog.records] == ["Something is wrong"]
    assert logger.level == before
    with pytest.raises(RuntimeError), quiet("board.services.decisions.sealing"):
        raise RuntimeError
    assert logger.level == before
