"""Manifests say what is true, and a tier is earned by tests, not claimed."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import tests.channels
from lapak.channels.kit import contract, errors, load
from lapak.channels.kit.contract import ChannelContract
from lapak.channels.kit.errors import KeysRefused
from lapak.channels.kit.manifest import Manifest, ManifestWrong, parse
from lapak.channels.kit.tiers import RULES, Tier, earned
from lapak.channels.kit.words import words_for_problem
from lapak.core.errors import every_error
from lapak.core.words import LANGUAGES, words_for
from lapak.domain.listing import Problem

PACKAGE = Path(load.__file__).parent.parent
GOOD = (PACKAGE / "example" / "channel.toml").read_text()


def suites_and_proofs(slug: str) -> tuple[set[str], set[str]]:
    """The promises whose contract suite a channel's tests take, and the rules its tests prove."""
    folder = Path(tests.channels.__path__[0]) / slug
    kept: set[str] = set()
    proven: set[str] = set()
    for found in pkgutil.iter_modules([str(folder)]):
        module = importlib.import_module(f"tests.channels.{slug}.{found.name}")
        for value in list(vars(module).values()):
            mine = getattr(value, "__module__", "") == module.__name__
            if not mine:
                continue
            proven |= getattr(value, "proves", set())
            if isinstance(value, type):
                if issubclass(value, ChannelContract):
                    kept.add(value.promise)
                for name in dir(value):
                    if name.startswith("test_"):
                        proven |= getattr(getattr(value, name), "proves", set())
    return kept - {""}, proven


@pytest.mark.parametrize("manifest", load.channels(), ids=lambda manifest: manifest.slug)
def test_a_channel_has_the_tier_its_tests_earn(manifest: Manifest) -> None:
    kept, proven = suites_and_proofs(manifest.slug)
    exempt = [rule for rule in RULES if manifest.exempt(rule)]
    assert manifest.tier <= earned(promised=manifest.does, kept=kept, proven=proven, exempt=exempt)
    assert {rule for rule, word in manifest.rules.items() if word == "done"} == proven & set(RULES)
    assert manifest.tier >= Tier.BRONZE


def test_a_tier_asks_for_every_promise_and_every_rule_below() -> None:
    bronze = [rule for rule, tier in RULES.items() if tier is Tier.BRONZE]
    silver = [rule for rule, tier in RULES.items() if tier is Tier.SILVER]
    promises = ["takes_listings", "gives_orders"]

    def tier(kept: list[str], proven: list[str], exempt: tuple[str, ...] = ()) -> Tier:
        return earned(promised=promises, kept=kept, proven=proven, exempt=exempt)

    assert tier(promises[:1], bronze) is Tier.NONE
    assert tier(promises, bronze[1:]) is Tier.NONE
    assert tier(promises, bronze) is Tier.BRONZE
    assert tier(promises, [*bronze[1:], *silver]) is Tier.NONE
    assert tier(promises, [*bronze, *silver[1:]]) is Tier.BRONZE
    assert tier(promises, [*bronze, *silver[1:]], (silver[0],)) is Tier.SILVER
    assert tier(promises, [*bronze, *silver, "seen_live"]) is Tier.GOLD


@pytest.mark.parametrize(
    ("mend", "because"),
    [
        (('slug = "example"', 'slug = "contoh"'), "slug must be"),
        (('"takes_listings", "pushes_orders"', '"menjual"'), "does may hold"),
        (('"takes_listings", "pushes_orders"', ""), "does nothing"),
        (('tier = "bronze"', 'tier = "silver"'), "outranks the evidence"),
        (('tier = "bronze"', 'tier = "platinum"'), "platinum"),
        (('redacts_secrets = "done"', ""), "rules must name"),
        (('redacts_secrets = "done"', 'redacts_secrets = "nearly"'), "must be"),
        (('{ exempt = "it sets no rate" }', '{ exempt = " " }'), "must be"),
        (("title_chars = 70", 'title_chars = "70"'), "whole numbers"),
        (('push_key = ""', 'push_key = "rahasia"'), "no default"),
        (('secret = ["push_key"]', 'secret = ["kunci"]'), "among the settings"),
        (("[channel]\n", "[channel\n"), "channel.toml"),
    ],
)
def test_a_wrong_manifest_says_what_to_mend(mend: tuple[str, str], because: str) -> None:
    assert mend[0] in GOOD
    with pytest.raises(ManifestWrong, match=because):
        parse(GOOD.replace(*mend), slug="example")


def test_an_empty_setting_takes_the_manifests_default_and_a_missing_key_is_for_an_operator() -> None:
    channel = load.manifest("shopee")
    filled = load.filled(channel, {"partner_id": "1", "partner_key": "k", "host": ""})
    assert filled["host"] == "https://partner.shopeemobile.com"
    with pytest.raises(KeysRefused) as caught:
        load.application("shopee", settings={"partner_id": "1"})
    assert caught.value.told["missing"] == "partner_key"


def test_nobody_imports_a_connector_by_name() -> None:
    slugs = [manifest.slug for manifest in load.channels()]
    pattern = re.compile(rf"lapak\.channels\.({'|'.join(slugs)})\b")
    for file in PACKAGE.parent.rglob("*.py"):
        if file.relative_to(PACKAGE.parent).parts[:2][-1] not in slugs:
            assert not pattern.search(file.read_text("utf-8")), file


def test_every_fault_of_a_channel_has_words_in_both_languages() -> None:
    for fault in every_error(errors.ChannelFault):
        for language in LANGUAGES:
            words = words_for(fault, language=language)
            assert all((words.happened, words.means, words.do, words.button))


def test_every_problem_a_connector_can_find_has_words_in_both_languages() -> None:
    source = "".join(file.read_text("utf-8") for file in PACKAGE.glob("*/*.py"))
    codes = set(re.findall(r'Problem\(\s*code="(\w+)"', source)) | {"category_unknown", "category_not_leaf"}
    ranges = set(re.findall(r'_range\("(\w+)"', source)) | {"photos"}
    codes |= {f"{what}_{end}" for what in ranges for end in ("low", "high")} | {"options_twice", "sku_twice"}
    assert len(codes) > 25
    for code in codes:
        for language in LANGUAGES:
            problem = Problem(code=code, field="attributes.Rasa", limit="15000", allowed=("Pedas",), sku="SBL-01")
            words = words_for_problem(problem, channel="Shopee", title="Sambal", language=language)
            assert all((words.happened, words.means, words.do, words.button))
            assert "{" not in f"{words}"


def test_the_suites_are_all_exported() -> None:
    suites = [suite for suite in vars(contract).values() if isinstance(suite, type)]
    assert {suite.promise for suite in suites if issubclass(suite, ChannelContract)} >= {
        promise for manifest in load.channels() for promise in manifest.does
    }
