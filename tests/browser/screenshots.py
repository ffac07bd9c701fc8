"""Makes the pictures in docs/screenshots anew: `python -m tests.browser.screenshots`. Takes about three minutes.

Starts a Lapak of its own with the example country, looks at the main pages on a phone and at a desk, and keeps each
picture with a palette, so that all together stay below 900 KB.
"""

import io
import json
import sys
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import walk
from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESK, PHONE
from tests.browser.house import ROOT, House, lapak_up

FOLDER = ROOT / "docs" / "screenshots"
OWNER_PHONE = "081200001887"  # the example owner, see lapak.config.demo.country
COLOURS = 96
MOST_BYTES = 900_000


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with lapak_up(demo=True) as house, sync_playwright() as playwright:
        house.run("-m", "lapak.config.demo", demo=True)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for scheme in ("light", "dark"):
            as_visitor(browser, house, scheme)
            as_owner(browser, house, scheme)
        as_officer(browser, house)
        browser.close()
    total = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {total:,} bytes in {FOLDER}")  # noqa: T201 - a command's answer
    return 0 if total <= MOST_BYTES else 1


def as_visitor(browser: Browser, house: House, scheme: Literal["light", "dark"]) -> None:
    page = browser.new_page(viewport=PHONE, locale="id-ID", color_scheme=scheme)
    page.goto(house.pages)
    keep(page, f"welcome-{scheme}")
    page.goto(f"{house.pages}/gabung/1")
    keep(page, f"join-{scheme}")
    page.close()


def as_owner(browser: Browser, house: House, scheme: Literal["light", "dark"]) -> None:
    """Home, products, what would change before it is sent, the shop, the orders."""
    context = browser.new_context(viewport=PHONE, locale="id-ID", color_scheme=scheme, service_workers="block")
    page = context.new_page()
    walk.sign_in(page, house, phone=OWNER_PHONE)
    keep(page, f"home-{scheme}")
    page.goto(f"{house.pages}/produk")
    keep(page, f"products-{scheme}")
    product = (page.locator("main h2 a").first.get_attribute("href") or "").rpartition("/")[2]
    page.goto(f"{house.pages}/pesanan")
    keep(page, f"orders-{scheme}")
    page.goto(f"{house.pages}/toko")
    page.locator("main h2 a").first.click()
    keep(page, f"shop-{scheme}")
    page.goto(f"{page.url}/kirim?p={product}")
    keep(page, f"preview-{scheme}")
    if scheme == "light":
        page.set_viewport_size(DESK)
        page.goto(f"{house.pages}/produk")
        keep(page, "products-desk")
    context.close()


def as_officer(browser: Browser, house: House) -> None:
    """The board at a desk."""
    kept = json.loads((house.data / "demo.json").read_text())
    page = browser.new_page(viewport=DESK, locale="id-ID")
    page.goto(f"{house.pages}/papan")
    page.get_by_label("Surel").fill("petugas@papan.example")
    page.get_by_label("Kata sandi").fill(kept["password"])
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Kode 6 angka").fill(house.run("-m", "lapak.config.demo", "--code", demo=True).strip())
    page.get_by_role("button", name="Masuk").click()
    page.goto(f"{house.pages}/papan")
    keep(page, "board")
    page.close()


def keep(page: Page, name: str) -> None:
    """What the screen shows, as a PNG with few colours."""
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot()))
    few = shot.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(Path(FOLDER, f"{name}.png"), optimize=True)


if __name__ == "__main__":
    sys.exit(main())
