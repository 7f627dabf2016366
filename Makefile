# make build   the main job: set everything up, build the quickstart dataset
# make test    every check there is
# make quick   lint and the fast tests
# make bench   the benchmarks
# make clean   remove the environment and caches; datasets in builds/ stay

RECIPE ?= pipelines/recipes/quickstart.yaml
BIN := .venv/bin
CODE := personas generators verifiers outputs pipelines flows tests benchmarks
READY := .venv/.ready
BENCHMARKS = $(filter-out __init__,$(basename $(notdir $(wildcard benchmarks/*.py))))
UV := $(shell command -v uv 2>/dev/null)
PYTHONS := python3 python3.13 python3.12 python3.11

.PHONY: build test quick bench clean
.DELETE_ON_ERROR:

build: $(READY)
	@$(BIN)/python -m flows.build_dataset $(RECIPE)

test: $(READY)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto -m "not slow"
	$(BIN)/pytest -m slow

quick: $(READY)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/pytest -n auto -m "not slow"

bench: $(READY)
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
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
