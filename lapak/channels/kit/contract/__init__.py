"""The contract suites, one for each promise. A channel's tests subclass those its manifest promises, whole.

    class TestListings(MyChannel, TakesListingsContract): ...

where `MyChannel` sets slug, settings, category, attributes and the folder of its scenes (see `kit.scenes`). The
suites need pytest and Hypothesis, so they are imported by tests alone.
"""

from lapak.channels.kit.contract.application import (
    AsksConsentContract,
    BearsOrdersContract,
    PushesOrdersContract,
    TakesKeysContract,
    TellsOfConsentContract,
    TellsOfMessagesContract,
)
from lapak.channels.kit.contract.listings import HasCategoriesContract, TakesListingsContract
from lapak.channels.kit.contract.menu import AsksSellerContract, FetchesMenuContract, TakesMenuContract
from lapak.channels.kit.contract.messages import SendsMessagesContract
from lapak.channels.kit.contract.orders import GivesOrdersContract
from lapak.channels.kit.contract.shop import ChannelContract, ConnectorContract

__all__ = [
    "AsksConsentContract",
    "AsksSellerContract",
    "BearsOrdersContract",
    "ChannelContract",
    "ConnectorContract",
    "FetchesMenuContract",
    "GivesOrdersContract",
    "HasCategoriesContract",
    "PushesOrdersContract",
    "SendsMessagesContract",
    "TakesKeysContract",
    "TakesListingsContract",
    "TakesMenuContract",
    "TellsOfConsentContract",
    "TellsOfMessagesContract",
]
