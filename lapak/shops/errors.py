"""Faults of connecting and publishing."""

from lapak.core.errors import Acts, LapakError


class ShopTaken(LapakError):
    """The account is connected to another business here."""

    code, status, acts = "shop_taken", 409, Acts.OWNER


class ShopNotConnected(LapakError):
    """There is no working consent for this shop (any more)."""

    code, status, acts = "shop_not_connected", 409, Acts.OWNER


class ConsentLost(LapakError):
    """The answer of the consent page does not belong to a connection begun here."""

    code, status, acts = "consent_lost", 400, Acts.OWNER


class NothingToPublish(LapakError):
    """No product was chosen, or all chosen ones still have problems."""

    code, status, acts = "nothing_to_publish", 422, Acts.OWNER


class UnknownChannel(LapakError):
    """No channel of that name."""

    code, status, acts = "unknown_channel", 404, Acts.OWNER


class OrderNotThereYet(LapakError):
    """A push spoke of an order that the channel does not show us yet."""

    code, status, acts = "order_not_there_yet", 503, Acts.CLOCK
