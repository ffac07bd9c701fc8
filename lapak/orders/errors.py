"""Faults of the order desk."""

from lapak.core.errors import Acts, LapakError


class OrderNotOpen(LapakError):
    """The order is no longer in a state that allows this step."""

    code, status, acts = "order_not_open", 409, Acts.OWNER
