"""Every call we make, with its own version: TikTok Shop moves them one at a time.

`cipher`: whether the call takes `shop_cipher`. Naming it where it is not wanted is refused, and so is leaving it out.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One call. `path` may hold `{id}`."""

    method: str
    path: str
    writes: bool = False
    cipher: bool = True


SHOPS = Endpoint(method="GET", path="/authorization/202309/shops", cipher=False)
WAREHOUSES = Endpoint(method="GET", path="/logistics/202309/warehouses")
CATEGORIES = Endpoint(method="GET", path="/product/202309/categories")
ATTRIBUTES = Endpoint(method="GET", path="/product/202309/categories/{id}/attributes")
RULES = Endpoint(method="GET", path="/product/202309/categories/{id}/rules")
BRANDS = Endpoint(method="GET", path="/product/202309/brands")
# Sending a picture again only makes one more picture that nobody sees.
UPLOAD = Endpoint(method="POST", path="/product/202309/images/upload", cipher=False)
CREATE = Endpoint(method="POST", path="/product/202309/products", writes=True)
READ = Endpoint(method="GET", path="/product/202309/products/{id}")
SEARCH = Endpoint(method="POST", path="/product/202502/products/search")
EDIT = Endpoint(method="PUT", path="/product/202509/products/{id}", writes=True)
EDIT_PART = Endpoint(method="POST", path="/product/202509/products/{id}/partial_edit", writes=True)
PRICES = Endpoint(method="POST", path="/product/202309/products/{id}/prices/update", writes=True)
STOCK = Endpoint(method="POST", path="/product/202309/products/{id}/inventory/update", writes=True)
ACTIVATE = Endpoint(method="POST", path="/product/202309/products/activate", writes=True)
DEACTIVATE = Endpoint(method="POST", path="/product/202309/products/deactivate", writes=True)
ORDERS = Endpoint(method="POST", path="/order/202309/orders/search")
ORDER = Endpoint(method="GET", path="/order/202507/orders")
SLOTS = Endpoint(method="GET", path="/fulfillment/202309/packages/{id}/handover_time_slots")
SHIP = Endpoint(method="POST", path="/fulfillment/202309/packages/{id}/ship", writes=True)

TOKEN_GET = "/api/v2/token/get"  # noqa: S105 - a path
TOKEN_RENEW = "/api/v2/token/refresh"  # noqa: S105 - a path
