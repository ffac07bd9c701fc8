"""JOIN: a person whose phone is proven starts a business here, agrees to what it needs, and runs it from then on."""

from collections.abc import Mapping

from django.db import transaction

from lapak.accounts.selectors import person_row
from lapak.accounts.services import give_consent, own
from lapak.core.ids import BusinessId, PersonId
from lapak.registry.services import register_business


@transaction.atomic
def start_business(
    *, person_id: PersonId, name: str, kbli_code: str, region_code: str, address: str, consents: Mapping[str, str],
    how: str,
) -> BusinessId:  # fmt: skip
    """Register, own and agree, whole or not at all.

    consents: purpose → version of the words agreed to. how: `web`, `chat`. Raises: Invalid, NotFound.
    """
    person = person_row(person_id=person_id)
    business_id = register_business(
        actor_person=person_id, name=name, region_code=region_code, kbli_code=kbli_code, phone=person.phone,
        address=address,
    )  # fmt: skip
    own(person_id=person_id, business_id=business_id)
    for purpose, text_version in consents.items():
        give_consent(person_id=person_id, purpose=purpose, text_version=text_version, how=how)
    return business_id
