"""Measurements that anybody can repeat; none of them runs in the tests."""

import os

# One thread for matrices, as config/settings.py has it for every process of Ombud; said before numpy is loaded. With
# more, threads wait for each other wherever other work runs: the language model then takes five to ten times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
