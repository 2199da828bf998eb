"""How fast the decision log answers with many decisions: list, search, filters, one decision, exports, verifying.

    ./dev bench decision_log [--decisions 10000]

Fills a throw-away SQLite database and prints the seconds of each, the middle of three runs.
"""

import argparse
import os
import subprocess
import sys
import tempfile

CODE = "import sys, django; django.setup(); from bench.deciding import measure; measure(int(sys.argv[1]))"


def main() -> None:
    """Measure in a process with a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=10_000)
    wanted = parser.parse_args().decisions
    with tempfile.TemporaryDirectory(prefix="ombud-bench-") as folder:
        settings = {
            "OMBUD_VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "OMBUD_LOCAL": "1",
        }
        subprocess.run([sys.executable, "-c", CODE, str(wanted)], env=os.environ | settings, check=True)


if __name__ == "__main__":
    main()
