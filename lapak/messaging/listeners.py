"""What persons set off: a code to be sent, a consent that is gone."""

from lapak.accounts.selectors import person_row
from lapak.accounts.services import hand_over_code
from lapak.accounts.types import CodeAsked, ConsentWithdrawn
from lapak.core.events import on
from lapak.messaging.services import ask_to_send, drop_waiting
from lapak.messaging.types import NOTICES


@on(CodeAsked)
def send_the_code(event: CodeAsked) -> None:
    """The code goes from its row into the message, and the message is late when the code is."""
    handed = hand_over_code(code_id=event.code_id)
    if handed:
        ask_to_send(
            template="kode_masuk",
            to=handed.phone,
            words={"code": handed.code},
            because=f"code:{event.code_id}",
            language=handed.language,
            expires_at=handed.sent_by,
        )


@on(ConsentWithdrawn)
def fall_silent(event: ConsentWithdrawn) -> None:
    """What still waits for a person who no longer wants it is not said."""
    if event.purpose == NOTICES and (phone := person_row(person_id=event.person_id).phone):
        drop_waiting(to=phone)
