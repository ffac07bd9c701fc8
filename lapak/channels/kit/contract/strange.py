"""Answers no document names, made from recorded ones."""

import json
from collections.abc import Iterator

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lapak.channels.kit.scenes import Call, Scene

STRANGE: tuple[object, ...] = (None, "", "x\0\ud800", -1, 10**40, 1.5, True, [], {}, [None], {"a": 1}, "9" * 5000)

often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def strangely(scene: Scene, data: st.DataObject) -> Scene:
    """The scene with one value of one answer replaced by something no document names."""
    calls = [call for call in scene.calls if _is_json(call)]
    call = data.draw(st.sampled_from(calls), label="call")
    call.answer = data.draw(mutated(call.answer.encode()), label="answer").decode("utf-8", "replace")
    return scene


def mutated(body: bytes) -> st.SearchStrategy[bytes]:
    """The body with one node replaced, removed, or cut short."""
    root = json.loads(body)
    places = list(_places(root))

    def change(place: tuple[object, ...], value: object) -> bytes:
        changed = json.loads(body)
        if not place:
            return json.dumps(value).encode()
        at = changed
        for step in place[:-1]:
            at = at[step]
        if value is STRANGE:
            del at[place[-1]]
        else:
            at[place[-1]] = value
        return json.dumps(changed).encode()

    changed = st.builds(change, st.sampled_from(places), st.sampled_from([*STRANGE, STRANGE]))
    return changed | st.integers(0, len(body)).map(lambda end: body[:end])


def _places(node: object, place: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    yield place
    if isinstance(node, dict | list):
        for step, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _places(child, (*place, step))


def _is_json(call: Call) -> bool:
    return call.answer.startswith("{")
