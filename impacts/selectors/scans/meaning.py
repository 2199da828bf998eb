"""What was stored of the requests' meaning, as far as it is of the text as it stands and of the model in use."""

import hashlib

from django.conf import settings

from impacts.engine.matching.encoder import PUBLISHED_SHA256


def model_in_use() -> str:
    """The SHA-256 of the organisation's language model; empty when it is switched off. It is not loaded for this."""
    return "" if settings.OMBUD_MODEL == "off" else settings.OMBUD_MODEL_SHA256 or PUBLISHED_SHA256


def fingerprint(model: str, title: str, problem: str, proposal: str) -> str:
    """What a vector was made from: the model (its SHA-256) and the text."""
    return hashlib.sha256("\x1f".join((model, title, problem, proposal)).encode()).hexdigest()
