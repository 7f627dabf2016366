# make build       the main job: set everything up, build the quickstart dataset
# make build-vllm  the same with a tiny language model on a real vLLM engine
# make vllm        an environment with vLLM, for GPUs where there is one (VLLM_BUILD=cpu or gpu decides)
# make test        every check there is
# make quick       lint and the fast tests
# make bench       the benchmarks
# make clean       remove the environments and caches; datasets in builds/ stay

RECIPE ?= pipelines/recipes/quickstart.yaml
BIN := .venv/bin
CODE := personas generators verifiers outputs pipelines flows tests benchmarks
READY := .venv/.ready
VLLM_RECIPE ?= pipelines/recipes/vllm_smoke.yaml
VLLM_BUILD ?= $(shell nvidia-smi -L >/dev/null 2>&1 && echo gpu || echo cpu)
VLLM_READY = .venv-vllm/.ready-$(VLLM_BUILD)
TINY := builds/.models/tiny
BENCHMARKS = $(filter-out __init__,$(basename $(notdir $(wildcard benchmarks/*.py))))
UV := $(shell command -v uv 2>/dev/null)
PYTHONS := python3 python3.13 python3.12 python3.11

# Bytecode is kept, whatever the environment says: dozens of processes are started, and each would
# compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: build build-vllm vllm test quick bench clean
.DELETE_ON_ERROR:

build: $(READY)
	@$(BIN)/python -m flows.build_dataset $(RECIPE)

build-vllm: $(READY) $(VLLM_READY)
	@.venv-vllm/bin/python -P pipelines/engines/tiny_model.py $(TINY)
	@$(BIN)/duologue build $(VLLM_RECIPE)

vllm: $(VLLM_READY)

test: $(READY) $(VLLM_READY)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto -m "not slow"
	$(BIN)/pytest -n auto --dist loadgroup -m slow

quick: $(READY)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/pytest -n auto -m "not slow"

bench: $(READY)
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

clean:
	rm -rf .venv .venv-vllm .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up happens once per change of the lock. Without uv on the PATH, uv goes into the environment
# itself; --inexact keeps it there.
$(READY): uv.lock pyproject.toml
ifneq ($(UV),)
	$(UV) sync --frozen
else
	@python=; for each in $(PYTHONS); do \
	  if $$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
	  then python=$$each; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11, 3.12 or 3.13 is needed; none of $(PYTHONS) is one." >&2; exit 3; fi; \
	set -ex; \
	[ -x $(BIN)/python ] || $$python -m venv .venv; \
	[ -x $(BIN)/uv ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; \
	$(BIN)/uv sync --frozen --inexact
endif
	@touch $@

# vLLM has an environment of its own, because its pins and ours exclude each other. pip installs it, so
# that this machine's settings for pip hold, and every version comes from our file.
.venv-vllm/.ready-%: pipelines/engines/vllm-%.txt | $(READY)
	@echo "Installing vLLM ($* build) into .venv-vllm: some gigabytes, some minutes."
	@rm -rf .venv-vllm
	@$(BIN)/python -m venv .venv-vllm
	@.venv-vllm/bin/python -m pip install -qq --disable-pip-version-check --no-compile --no-deps -r $<
	@touch $@
