"""The recipe's models: what each slot asks, who serves it, and what it may cost."""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from pipelines.section import NAME, Count, Seconds, Section, Whole

ENVIRONMENT_NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
Price = Annotated[float, Ge(0)]
Tries = Annotated[int, Ge(0), Le(100)]
RETRIES = 6


def _scalar(value: Any) -> Any:
    if isinstance(value, str | int | float):
        return value
    raise PydanticCustomError("scalar", "text, a number, true or false", {})


Option = Annotated[str | int | float | bool, BeforeValidator(_scalar)]


def _listed(value: Any) -> Any:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


class Drawing(Section):
    """How a model draws its tokens. ``extra`` are further fields of the request body."""

    temperature: Annotated[float, Ge(0), Le(5)] = 0.7
    top_p: Annotated[float, Gt(0), Le(1)] = 1.0
    max_tokens: Annotated[int, Ge(1), Le(1_000_000)] = 512
    extra: dict[str, Any] = {}


class Prices(Section):
    """Money per million tokens, in whatever currency the budget is in. ``cached`` are prompt tokens that
    the server had in its cache; they cost what ``prompt`` costs unless said."""

    prompt: Price = 0.0
    cached: Price | None = None
    completion: Price = 0.0

    @property
    def any(self) -> bool:
        """Whether there is anything to pay."""
        return bool(self.prompt or self.cached or self.completion)


class Timeouts(Section):
    """Seconds for one call: to connect, until the first byte of the answer, and altogether."""

    connect: Seconds = 10.0
    first_byte: Seconds = 300.0
    total: Seconds = 600.0


class Served(Section):
    """A model that Duologue serves with vLLM: a path or a hub id. ``options`` are the engine's own
    (``max-model-len: 8192`` becomes ``--max-model-len 8192``; ``true`` a bare flag). Each of the
    ``replicas`` holds ``gpus`` GPUs, where there are any."""

    model: Annotated[str, Field(min_length=1)]
    revision: str = ""
    options: dict[str, Option] = {}
    replicas: Count = 1
    gpus: Count = 1


class ModelSlot(Section):
    """One of: ``url`` of an OpenAI-compatible server, up to ``/v1``, with the ``model`` to ask (several
    URLs are replicas of one model); ``vllm``, served by Duologue; ``share``, another slot's server.
    Slots with equal ``vllm`` parts share one server too.

    ``api_key_env`` names the environment variable that holds the key. ``retries`` are those after
    429, 503 and lost connections, 6 unless named. ``keep_tokens`` stores token ids and
    log-probabilities. With another's server a slot takes over its prices, timeouts and retries, unless
    it has its own.
    """

    url: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    model: str = ""
    revision: str = ""
    vllm: Served | None = None
    share: Annotated[str, Field(pattern=f"^$|{NAME}")] = ""
    api_key_env: Annotated[str, Field(pattern=f"^$|{ENVIRONMENT_NAME}")] = ""
    sampling: Drawing = Drawing()
    prices: Prices | None = None
    timeouts: Timeouts | None = None
    retries: Tries | None = None
    keep_tokens: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> "ModelSlot":
        given = [name for name in ("url", "vllm", "share") if getattr(self, name)]
        if len(given) != 1:
            raise PydanticCustomError(
                "source",
                "exactly one of url, vllm and share (found {found})",
                {"found": ", ".join(given) or "none"},
            )
        if self.url and not self.model:
            raise PydanticCustomError("source", "the model's name beside the url", {})
        return self


class Checks(Section):
    """What a turn must pass before it is accepted: ``rules`` by name (all of them unless named), and
    the model of the slot ``critic``, if one is named. A rejected turn is drafted again, at most
    ``redrafts`` times, with the reason in the prompt. After the last the turn is taken as it is
    (``keep``) or ends the dialogue (``fail``). Rejected drafts are kept in annotations."""

    rules: Literal["all"] | tuple[str, ...] = "all"
    critic: str = ""
    redrafts: Tries = 2
    then: Literal["keep", "fail"] = "keep"


class Planner(Section):
    """Before each turn the model of ``slot`` picks one of ``acts``: a dialogue act and what it means."""

    slot: str = "planner"
    acts: Annotated[dict[str, str], Field(min_length=1)]


class LLMSlot(Section):
    """A language model that speaks for a party. ``model`` is a slot of ``models``, the party's own
    unless named.

    ``mode``: ``structured`` has the model answer in one JSON object, which no parser of the server's has
    to understand; ``tools`` has it speak freely and call tools by the server's parser. ``think`` asks
    for a private thought before each turn. ``prompt`` is a file that stands for our own.
    """

    kind: Literal["llm"]
    model: str = ""
    mode: Literal["structured", "tools"] = "structured"
    think: bool = False
    prompt: str = ""
    checks: Checks | None = None
    planner: Planner | None = None


class Budget(Section):
    """How much a build may take, over all its runs; 0 for no limit. ``money`` is by the slots' prices.
    When it is reached no new dialogue begins; those under way are finished. What there is then gets
    released when ``release`` is true, and waits for a larger budget otherwise."""

    tokens: Whole = 0
    calls: Whole = 0
    seconds: Annotated[float, Ge(0)] = 0.0
    money: Price = 0.0
    release: bool = True


class Serving(Section):
    """How models are served. ``environment`` is a folder with vLLM installed (``.venv-vllm`` unless
    named); ``container`` a command that stands for its Python, such as a ``docker run`` line.

    Servers listen on ``host``. One that is not up after ``start_seconds``, or makes no token for
    ``stall_seconds`` with work to do, is started again, ``restarts`` times at most. ``patience`` is for
    servers that others run: how long one may be unreachable before the build stops.
    """

    environment: str = ""
    container: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    start_seconds: Seconds = 900.0
    stall_seconds: Seconds = 120.0
    restarts: Whole = 3
    patience: Seconds = 300.0
