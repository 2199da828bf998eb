"""The supervisor: real processes, started, restarted and stopped, with nothing left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
# A program that supervises the given children and prints what the watch said.
PROGRAM = """
    import os, sys
    from config.supervisor import Child, Supervisor
    children = {children}
    with Supervisor(children, dict(os.environ), patience=5) as supervisor:
        print("watching", flush=True)
        trouble = supervisor.watch()
    print("trouble:", trouble, flush=True)
    sys.exit(1 if trouble else 0)
"""


def supervise(children: str) -> "subprocess.Popen[str]":
    program = textwrap.dedent(PROGRAM).replace("{children}", children)
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def wait_for(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_children_and_grandchildren_end_on_ctrl_c() -> None:
    process = supervise("[Child('one', ['sh', '-c', 'sleep 300 & sleep 300']), Child('two', ['sleep', '300'])]")
    me = psutil.Process(process.pid)
    wait_for(lambda: len(me.children(recursive=True)) >= 4)
    family = me.children(recursive=True)

    process.send_signal(signal.SIGINT)

    assert process.wait(15) == 0
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_child_that_ends_stops_the_others_and_is_named() -> None:
    process = supervise("[Child('web', ['sh', '-c', 'sleep 1; exit 3']), Child('worker', ['sleep', '300'])]")
    wait_for(lambda: psutil.Process(process.pid).children())
    family = psutil.Process(process.pid).children(recursive=True)

    said, _ = process.communicate(timeout=15)

    assert process.returncode == 1
    assert "The web process ended by itself (status 3)." in said
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_worker_is_started_again_a_few_times() -> None:
    process = supervise("[Child('worker', ['sh', '-c', 'echo hello; exit 7'], restarts=2)]")

    said, _ = process.communicate(timeout=15)

    assert process.returncode == 1
    assert said.count("is started again") == 2
    assert said.count("worker | hello") == 3


def test_second_ctrl_c_kills_a_child_that_does_not_listen() -> None:
    deaf = [
        sys.executable,
        "-c",
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(300)",
    ]
    process = supervise(f"[Child('deaf', {deaf!r})]")
    assert process.stdout is not None
    wait_for(lambda: "deaf | deaf" in process.stdout.readline())
    child = psutil.Process(process.pid).children()[0]

    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert child.is_running()
    process.send_signal(signal.SIGTERM)

    assert process.wait(4) == 0
    assert not child.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_children_end_when_the_supervisor_is_killed() -> None:
    process = supervise("[Child('one', ['sleep', '300'])]")
    wait_for(lambda: psutil.Process(process.pid).children())
    children = psutil.Process(process.pid).children()

    os.kill(process.pid, signal.SIGKILL)
    process.wait(5)

    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
