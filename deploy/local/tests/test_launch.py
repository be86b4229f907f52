import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

PARENT = """
import sys, time
from pathlib import Path
from wushe.launch import Program, launch
sleep = (sys.executable, "-c", "import time; time.sleep(600)")
child = launch(Program(name="child", argv=sleep, log=Path(sys.argv[1]) / "log"))
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603
        (sys.executable, "-c", PARENT, str(tmp_path)), stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))

        parent.send_signal(signal.SIGKILL)

        deadline = time.monotonic() + 10
        while child.is_running() and child.status() != "zombie":
            assert time.monotonic() < deadline
            time.sleep(0.02)
