"""What `lapak demo` runs once everything is up: the main job, and the people to try it with."""

import argparse
import json
import sys

from lapak.config.commands.database import set_up_django
from lapak.config.home import APP_ROLE
from lapak.core.errors import LapakError
from lapak.core.words import words_for


def main() -> int:
    """`--once`: the main job to its end. Else: the example country, made once, and a walk through it."""
    options = argparse.ArgumentParser(prog="lapak demo")
    options.add_argument("--once", action="store_true")
    options.add_argument("--json", action="store_true")
    options.add_argument("--code", action="store_true")
    given = options.parse_args()
    set_up_django(role=APP_ROLE)
    from lapak.config.demo import country, job, staff, walk

    if given.code:
        print(staff.code_now())
        return 0
    try:
        if given.once:
            found = job.play(country.newcomer(), say=_say)
            print(json.dumps(found, ensure_ascii=False, indent=1) if given.json else walk.outcome(found), flush=True)
        else:
            country.settle(say=_say)
            print(walk.through(), flush=True)
    except LapakError as fault:
        words = words_for(fault, language="en")
        print(f"{words.happened} → {words.do}", file=sys.stderr)
        return 1
    return 0


def _say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
