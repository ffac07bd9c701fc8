"""Commands of the practice platforms. They speak to them over HTTP, as every other client does."""

import json
import os
import sys
from argparse import Namespace

from lapak.config.home import Home


def serve(given: Namespace) -> None:
    """Become the practice platforms."""
    data = Home.from_env().sandbox
    os.execv(sys.executable, [sys.executable, "-m", "lapak.sandbox", "--port", str(given.port), "--data", str(data)])


def buy(given: Namespace) -> int:
    """Order something. 1 when it is sold out or unknown; the platform's own words are printed."""
    from lapak.config.practice import PracticeShopee

    shopee = PracticeShopee(_url())
    try:
        answer = shopee.buy(shop_id=given.shop, item_sku=given.sku, quantity=given.quantity)
        if answer.status_code >= 400:  # the SKU of a variant is another field
            answer = shopee.buy(shop_id=given.shop, model_sku=given.sku, quantity=given.quantity)
    finally:
        shopee.close()
    print(answer.text)
    return int(answer.status_code >= 400)


def faults(given: Namespace) -> int:
    """Show the faults of a platform, add one, or switch all off. 1 when the platform refuses."""
    import httpx2

    from lapak.config.errors import NotReached

    url = f"{_url()}/practice/{given.platform}/faults"
    try:
        if given.clear:
            answer = httpx2.delete(url)
        elif given.rule:
            answer = httpx2.put(url, json=json.loads(given.rule))
        else:
            answer = httpx2.get(url)
    except json.JSONDecodeError as wrong:
        print(f'--set is no JSON: {wrong} → write it as \'{{"kind": "rate_limit", "times": 3}}\'', file=sys.stderr)
        return 2
    except httpx2.TransportError as fault:
        raise NotReached(what="The practice platform", url=url, why=type(fault).__name__) from fault
    print(answer.text)
    return int(answer.status_code >= 400)


def _url() -> str:
    return os.environ.get("LAPAK_SANDBOX_URL", "http://127.0.0.1:8100")
