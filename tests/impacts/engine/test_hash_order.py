"""What the engine says does not depend on the order in which Python happens to keep sets: it differs by process."""

import os
import random
import subprocess
import sys
from itertools import permutations
from pathlib import Path

from impacts.engine.matching.terms import _best

SAYS = """
import hashlib, random
from dataclasses import replace
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.scan import scan
from tests.impacts.engine.making import REGISTER, TODAY, request
from impacts.engine.facts import DataUseFact, ImpactFact

dice = random.Random(5)
words = "card alert fraud push letter branch queue robot claim ledger archive consent address login".split()
subjects = [dice.sample(words, 5) for _ in range(4)]
made = []
for number in range(1, 31):
    subject = dice.choice(subjects)
    text = [" ".join(dice.choices(subject, k=4)) for _ in range(6)]
    tags = dict(
        impacts=(ImpactFact(dice.randrange(1, 4), "changes", segments=frozenset({dice.randrange(1, 4)})),),
        data_uses=(DataUseFact(dice.randrange(1, 4), "masters", dice.randrange(1, 4)),),
    )
    made.append(request(number, dice.randrange(1, 5), text[0], problem=". ".join(text[1:]), **tags))
index = PortfolioIndex(made, REGISTER)
draft = request(99, 2, "Card alert queue", problem="Push letter fraud card. Robot claim address login.")
found = scan(index, TODAY)
findings = [replace(finding, evidence=tuple(finding.evidence)) for finding in found.findings]
said = [findings, found.clusters, index.look_alikes(draft, 10, 0.0), index.neighbours(draft)]
print(len(findings), len(found.clusters), hashlib.sha256(repr(said).encode()).hexdigest())
"""


def test_every_process_says_the_same() -> None:
    root = Path(__file__).parents[3]
    said = set()
    for seed in ("0", "1"):
        environ = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, "-c", SAYS], env=environ, cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        said.add(done.stdout)
    assert len(said) == 1
    findings, clusters, _ = said.pop().split()
    assert int(findings) > 10
    assert int(clusters) > 0


def test_phrases_of_the_same_words_weigh_the_same_in_any_order() -> None:
    dice = random.Random(1)
    for _ in range(300):
        stems = tuple(dice.sample(["card", "alert", "fraud", "push", "queue", "robot", "claim", "ledger"], 4))
        weights = {stem: dice.random() for stem in stems}
        found = {order: " ".join(order) for order in permutations(stems)}
        assert _best(found, weights, 0.0) == [" ".join(sorted(stems))]
