"""Words carried to a phone."""

from contextlib import suppress
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapak.channels.kit import load
from lapak.channels.kit.contract.shop import ChannelContract
from lapak.channels.kit.contract.strange import often, strangely
from lapak.channels.kit.errors import ChannelFault, OutcomeUnknown
from lapak.channels.kit.protocol import SendsMessages
from lapak.channels.kit.scenes import Scene
from lapak.channels.kit.tiers import proves
from lapak.core.errors import Acts, LapakError


class SendsMessagesContract(ChannelContract):
    """Scenes: `sent`, and of a sending that fails: `busy`, `nobody`, `nonsense`, `unknown_outcome`, `signed_out`."""

    promise = "sends_messages"
    words: ClassVar[tuple[str, ...]] = ("482913",)
    template: ClassVar[str] = "kode_masuk"

    def send(self, scene: Scene) -> str:
        messenger = load.messenger(self.slug, settings=self.settings, transport=scene.transport)
        assert isinstance(messenger, SendsMessages)
        assert not self.leaks(repr(messenger) + repr(vars(messenger)))
        try:
            return messenger.send_template(to="+6281200004471", template=self.template, language="id", words=self.words)
        finally:
            messenger.close()

    @proves("redacts_secrets")
    @proves("twice_is_once")
    def test_a_message_is_sent_once_and_gets_the_platforms_id(self) -> None:
        played = self.scene("sent")
        assert self.send(played) == played.expects["id"]
        assert len(played.requests) == 1

    @pytest.mark.parametrize(
        ("scene", "who"),
        [
            ("busy", Acts.CLOCK),
            ("unknown_outcome", Acts.CLOCK),
            ("nobody", Acts.OWNER),
            ("signed_out", Acts.STAFF),
            ("nonsense", Acts.STAFF),
        ],
    )
    @proves("faults_say_who_acts")
    def test_every_fault_of_sending_says_who_acts_next(self, scene: str, who: Acts) -> None:
        played = self.scene(scene)
        with pytest.raises(LapakError) as caught:
            self.send(played)
        self.check_fault(caught.value, who)
        assert isinstance(caught.value, OutcomeUnknown) == (scene == "unknown_outcome")
        assert len(played.requests) == 1, "there is no idempotency key, so nothing is sent again by itself"

    @proves("never_crashes_on_nonsense")
    def test_a_strange_answer_to_a_message_never_crashes(self) -> None:
        @often
        @given(data=st.data())
        def play(data: st.DataObject) -> None:
            with suppress(ChannelFault):
                self.send(strangely(self.scene("sent", loose=True), data))

        play()
