"""The engine needs no Django: it works in a process where importing it fails."""

import subprocess
import sys

PROGRAM = """
import sys

class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("django", "celery", "rest_framework"):
            raise ImportError(name + " is blocked")

sys.meta_path.insert(0, NoDjango())
import importlib, pkgutil
import impacts.engine

names = [module.name for module in pkgutil.walk_packages(impacts.engine.__path__, "impacts.engine.")]
for name in names:
    importlib.import_module(name)

from datetime import date
from impacts.engine.facts import DataUseFact, RequestFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.scan import scan

pair = [RequestFacts(n, str(n), n, "Address", data_uses=(DataUseFact(1, "masters", n),)) for n in (1, 2)]
print(len(names), [finding.rule for finding in scan(PortfolioIndex(pair), date(2027, 1, 1)).findings])
"""


def test_the_engine_runs_in_a_process_without_django():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    count, rules = done.stdout.strip().split(" ", 1)
    assert int(count) > 20
    assert "two-masters" in rules
    assert "same-purpose" in rules
