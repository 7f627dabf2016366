"""What a fact is about: its key, without the number that tells a second value of one kind apart.

Somebody who asks about two cities has the facts ``city`` and ``city_No2``: two values, one topic, one
set of words.
"""

import re

_NUMBER = re.compile(r"_No\d+$")


def topic_of(key: str) -> str:
    """The topic of a fact's key: ``city`` for ``city_No2``."""
    return _NUMBER.sub("", key)


def key_of(topic: str, number: int) -> str:
    """The key of the ``number``-th fact about a topic, counted from 1."""
    return topic if number == 1 else f"{topic}_No{number}"
