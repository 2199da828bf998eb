"""Stored vectors for made-up requests, so that meaning takes part without hours of reading.

The first READ requests are read by the language model itself, so that drafts which resemble them, and which a worker
reads for real, are as near to them as texts are. Each other request gets the sum of a vector for each of its words:
so two texts are the closer, the more words they share, about as with the model.
"""

from collections import defaultdict

import numpy as np

from impacts.models import RequestMeaning
from impacts.selectors.scans.meaning import fingerprint, model_in_use
from impacts.services.scans.encoding import encode_requests
from portfolio.models import ProjectRequest

READ = 200
"""Requests that the model reads."""

SIZE = 384
BATCH = 2000


def give_meanings() -> int:
    """Store a vector for each live request. Returns how many were made up; without a model there are none at all."""
    if not encode_requests(limit=READ):
        return 0
    dice, model = np.random.default_rng(7), model_in_use()
    vectors: dict[str, np.ndarray] = defaultdict(lambda: dice.normal(size=SIZE).astype(np.float32))
    texts = ProjectRequest.objects.live().filter(meaning__isnull=True).order_by("id")
    rows = []
    for pk, *text in texts.values_list("id", "title", "problem", "proposal").iterator(chunk_size=BATCH):
        whole = np.sum([vectors[word] for word in " ".join(text).lower().split()], axis=0)
        vector = (whole / np.linalg.norm(whole)).astype(np.float16).tobytes()
        rows.append(RequestMeaning(request_id=pk, fingerprint=fingerprint(model, *text), vector=vector))
    RequestMeaning.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)
