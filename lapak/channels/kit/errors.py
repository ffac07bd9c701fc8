"""The few faults a channel can give, whatever its own codes. `told` carries the platform's words as `theirs`."""

from lapak.core.errors import Acts, LapakError


class ChannelFault(LapakError):
    """The parent of every fault of a channel. `told` always has `channel`; often `theirs` and `their_code`."""

    code, status, acts = "channel_fault", 502, Acts.STAFF


class ChannelBusy(ChannelFault):
    """Too many requests, or the platform is down or slow. Nothing was done. `told`: `wait_s` when it said so."""

    code, status, acts = "channel_busy", 503, Acts.CLOCK


class NotYet(ChannelFault):
    """The channel wants us to wait with this one thing, and nothing else. Nothing was done. `told`: `wait_s`, `why`."""

    code, status, acts = "not_yet", 503, Acts.CLOCK


class OutcomeUnknown(ChannelFault):
    """The request left and no answer came: it may have been done. Look before sending again."""

    code, status, acts = "outcome_unknown", 504, Acts.CLOCK


class SignedOut(ChannelFault):
    """The consent is gone or was withdrawn; the owner must connect the shop again."""

    code, status, acts = "signed_out", 401, Acts.OWNER


class ConsentRefused(ChannelFault):
    """The code that came back from the consent page cannot be used (old, used, or refused)."""

    code, status, acts = "consent_refused", 422, Acts.OWNER


class ListingRefused(ChannelFault):
    """The channel refused this product; the owner can put it right. `told`: `field`, `title`."""

    code, status, acts = "listing_refused", 422, Acts.OWNER


class ListingGone(ChannelFault):
    """The listing is no longer on the channel."""

    code, status, acts = "listing_gone", 410, Acts.OWNER


class ShopBlocked(ChannelFault):
    """The channel has frozen or banned the shop."""

    code, status, acts = "shop_blocked", 403, Acts.OWNER


class OrderMoved(ChannelFault):
    """The order is no longer in a state that allows this (already shipped, cancelled)."""

    code, status, acts = "order_moved", 409, Acts.OWNER


class ShipmentByHand(ChannelFault):
    """This order's shipping method can only be arranged by the seller, in the channel's own app."""

    code, status, acts = "shipment_by_hand", 409, Acts.OWNER


class NoSuchPerson(ChannelFault):
    """The phone number cannot be reached on this channel: not a user, or did not agree to receive this."""

    code, status, acts = "no_such_person", 422, Acts.OWNER


class TemplateRefused(ChannelFault):
    """The message template is missing, paused, or does not take these words. `told`: `template`."""

    code, status, acts = "template_refused", 502, Acts.STAFF


class KeysRefused(ChannelFault):
    """Our own application keys, address or permissions were refused: an operator must look."""

    code, status, acts = "keys_refused", 502, Acts.STAFF


class NotUnderstood(ChannelFault):
    """The channel answered something its documents do not name."""

    code, status, acts = "not_understood", 502, Acts.STAFF


class PushForged(ChannelFault):
    """A push whose signature does not hold. Nothing of it is kept but a counter."""

    code, status, acts = "push_forged", 401, Acts.STAFF
