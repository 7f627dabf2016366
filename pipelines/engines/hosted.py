"""Model servers that others run: whether they are there, let us in, and have the model."""

import os
from collections.abc import Mapping

import aiohttp

from pipelines.engines.fleet import Berth
from pipelines.mishap import EngineError
from pipelines.serving import SERVER_KEY

_SECONDS = 20.0
_LISTED_AT_MOST = 12


def key_of(berth: Berth, environment: Mapping[str, str] = os.environ) -> str:
    """The key for a berth, from the environment, without white space around it; empty when it needs
    none. Raises ``EngineError`` when the variable is not set, or holds what no header can."""
    if not berth.api_key_env:
        return ""
    key = environment.get(berth.api_key_env, "").strip()
    if not key:
        raise EngineError(
            f"the environment variable {berth.api_key_env} is not set",
            f"Put the server's key there: export {berth.api_key_env}=...",
        )
    if not (key.isascii() and key.isprintable()):
        raise EngineError(
            f"the environment variable {berth.api_key_env} holds no key",
            "Keys are one line of printable ASCII: is the right thing in it?",
        )
    return key


async def unreachable(slot: str, berth: Berth) -> list[str]:
    """The berth's URLs where nothing answers; the others are as they should be. Raises ``EngineError``
    when the key is missing or wrong, when the model is not there, or when no URL answers."""
    try:
        key = key_of(berth)
    except EngineError as error:
        raise EngineError(f"model slot {slot}: {error.what}", error.remedy) from None
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    silent: dict[str, str] = {}
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        for url in berth.urls:
            try:
                await _check(session, slot, url, berth)
            except aiohttp.ClientConnectorSSLError:
                silent[url] = "it does not speak TLS; is it http instead of https?"
            except (aiohttp.ClientError, TimeoutError) as error:
                silent[url] = f"{type(error).__name__}: {error}".removesuffix(": ")
    if len(silent) == len(berth.urls):
        said = "; ".join(f"{url} ({why})" for url, why in silent.items())
        raise EngineError(
            f"model slot {slot}: nothing answers at {said}",
            "Start the server, or correct the url of the slot, then run the same command again.",
        )
    return list(silent)


async def _check(session: aiohttp.ClientSession, slot: str, url: str, berth: Berth) -> None:
    async with session.get(f"{url.rstrip('/')}/models") as response:
        if response.status in (401, 403):
            raise EngineError(f"model slot {slot}: {url} refuses the key", _about_key(berth))
        # Some servers list nothing; the first call will tell.
        if response.status != 200:
            return
        try:
            data = await response.json(content_type=None)
            known = sorted(str(each["id"]) for each in data["data"])
        except (ValueError, KeyError, TypeError):
            return
    if berth.model not in known:
        more = f", and {len(known) - _LISTED_AT_MOST} more" if len(known) > _LISTED_AT_MOST else ""
        raise EngineError(
            f"model slot {slot}: {url} has no model {berth.model!r}",
            f"There: {', '.join(known[:_LISTED_AT_MOST]) or 'none'}{more}. Correct the slot's model.",
        )


def _about_key(berth: Berth) -> str:
    if berth.api_key_env == SERVER_KEY:
        return f"{SERVER_KEY} is not the key of this server."
    if berth.api_key_env:
        return f"The key comes from the environment variable {berth.api_key_env}: is it right?"
    return "It wants a key: name the environment variable that holds it with api_key_env."
