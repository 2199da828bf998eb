"""Gunicorn's settings file: gunicorn --config python:config.gunicorn config.wsgi:application"""

from typing import Any


def post_worker_init(worker: Any) -> None:
    """Build the index of a new web process beside its other work, so that nobody waits for it who types a request."""
    from impacts.services.scans.encoding import encoder_or_none  # noqa: PLC0415
    from impacts.services.scans.index import load_addresses, warm_beside, warm_index  # noqa: PLC0415 - only now is Django set up

    warm_beside(load_addresses, encoder_or_none, warm_index)
