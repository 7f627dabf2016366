"""Makes a tiny language model with random weights, for trying everything but the quality of talk.

A Llama of two layers, a BPE tokenizer trained on the spot on the policies and prompts of this checkout,
and a ChatML template that renders tools. The same texts and seed give the same files. Runs in the
environment that has vLLM, with no package of ours:

    .venv-vllm/bin/python -P pipelines/engines/tiny_model.py builds/.models/tiny
"""

# pyright: reportMissingImports=false

import argparse
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TEXTS = ("generators/domains/**/*.md", "generators/prompts/*")
START, END, TEXT_END = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
CONTROLS = {chr(0x100 + code) for code in range(0x20)} | {chr(0x121)}
"""How a byte-level tokenizer writes control characters. They are tokens only if the texts have them:
grammars let them into JSON strings, where they are wrong."""

VOCABULARY = 2_048
POSITIONS = 32_768
MADE_BY = "made_by.json"
FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")

TEMPLATE = """\
{%- if tools -%}
{{ '<|im_start|>system\\n' }}
{%- if messages and messages[0].role == 'system' -%}{{ messages[0].content + '\\n\\n' }}{%- endif -%}
{{ 'Tools, one per line:\\n<tools>\\n' }}
{%- for tool in tools -%}{{ tool | tojson + '\\n' }}{%- endfor -%}
{{ '</tools>\\nA call is one JSON object with name and arguments inside <tool_call></tool_call>.' }}
{{- '<|im_end|>\\n' -}}
{%- endif -%}
{%- for message in messages -%}
{%- if not (loop.first and tools and message.role == 'system') -%}
{%- set role = 'user' if message.role == 'tool' else message.role -%}
{{ '<|im_start|>' + role + '\\n' }}
{%- if message.role == 'tool' -%}
{{ '<tool_response>\\n' + (message.content or '') + '\\n</tool_response>' }}
{%- else -%}
{{ message.content or '' }}
{%- for call in message.tool_calls or [] -%}
{{ '\\n<tool_call>\\n{"name": ' + call.function.name | tojson + ', "arguments": ' }}
{%- if call.function.arguments is string -%}{{ call.function.arguments }}
{%- else -%}{{ call.function.arguments | tojson }}{%- endif -%}
{{ '}\\n</tool_call>' }}
{%- endfor -%}
{%- endif -%}
{{ '<|im_end|>\\n' }}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}
"""


def texts() -> list[str]:
    """What the tokenizer is trained on, in a fixed order."""
    found = {path for pattern in TEXTS for path in CHECKOUT.glob(pattern) if path.is_file()}
    return [path.read_text(encoding="utf-8") for path in sorted(found)]


def fingerprint(seed: int) -> str:
    """Changes with everything that the model depends on."""
    digest = hashlib.sha256(f"{seed}\n{Path(__file__).read_text(encoding='utf-8')}".encode())
    for text in texts():
        digest.update(text.encode())
    return digest.hexdigest()


def whole(folder: Path, made_by: str) -> bool:
    """Whether the model is there already, all of it, as it would be made now."""
    try:
        marker = json.loads((folder / MADE_BY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return marker == {"fingerprint": made_by} and all((folder / name).is_file() for name in FILES)


def make(folder: Path, seed: int) -> None:
    """Writes the model's files into ``folder``."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[TEXT_END, START, END],
        initial_alphabet=sorted(set(pre_tokenizers.ByteLevel.alphabet()) - CONTROLS),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(), trainer)
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=TEXT_END,
        model_max_length=POSITIONS,
        clean_up_tokenization_spaces=False,
    )
    wrapped.chat_template = TEMPLATE
    wrapped.save_pretrained(folder)

    torch.manual_seed(seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(wrapped),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=1,
            max_position_embeddings=POSITIONS,
            bos_token_id=wrapped.convert_tokens_to_ids(TEXT_END),
            eos_token_id=wrapped.convert_tokens_to_ids(END),
            pad_token_id=wrapped.convert_tokens_to_ids(TEXT_END),
            tie_word_embeddings=False,
        )
    )
    model.to(torch.bfloat16).save_pretrained(folder, safe_serialization=True)


def main() -> None:
    """See the top of this file."""
    parser = argparse.ArgumentParser(description="Make a tiny model with random weights.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    folder: Path = given.folder.absolute()
    made_by = fingerprint(given.seed)
    if whole(folder, made_by):
        print(f"{folder} is there already")
        return
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    unfinished.mkdir(parents=True)
    try:
        make(unfinished, given.seed)
        marker = json.dumps({"fingerprint": made_by})
        (unfinished / MADE_BY).write_text(marker, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    size = sum(each.stat().st_size for each in folder.iterdir()) / 2**20
    print(f"made {folder} ({size:.1f} MiB)", file=sys.stderr)


if __name__ == "__main__":
    main()
