import os
import time
from pathlib import Path

from lapak.core.jobs import lane_task

SLOW_S = 60.0


@lane_task("slow.work")
def work(lane: str) -> bool:
    """The first try hangs, as a job does whose worker is about to be killed; the second ends at once."""
    notes = Path(os.environ["SLOW_FILE"])
    with notes.open("a") as file:
        file.write(f"begun {lane}\n")
    if notes.read_text().count(f"begun {lane}\n") == 1:
        time.sleep(SLOW_S)
    with notes.open("a") as file:
        file.write(f"done {lane}\n")
    return False
