"""What can stop the demo."""

from lapak.core.errors import Acts, LapakError


class DemoStuck(LapakError):
    """A step of the demo did not come to its end. `told`: `step`, in words."""

    code, status, acts = "demo_stuck", 500, Acts.STAFF
