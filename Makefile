# To get started: `make run` and `make test`. Both create .venv and install into it.
# ARGS passes options on:  make run ARGS="--port 9000 --no-browser"    make test ARGS="-k link"

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PYTHON ?=

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# For the test group `exports`. On Linux, PyPI has the GPU build of PyTorch, ten times the size of the CPU build, which has
# its own index: name it in PIP_EXTRA_INDEX_URL, or set TORCH to allow the large one.
TORCH ?= torch==2.13.0$(if $(filter Linux,$(shell uname -s)),+cpu)

PYTEST := $(BIN)/python -m pytest
# pytest rewrites assertions, once if it may keep the result.
unexport PYTHONDONTWRITEBYTECODE
SIDE_BY_SIDE := --numprocesses auto --dist loadfile --no-loadscope-reorder

.PHONY: run test classes sweeps resilience nightly test-all exports cluster jit proxies notebooks packages browsers pictures lint types js bench generate clean help

run: $(VENV)/.run-ready
	@$(BIN)/playground $(ARGS)

# In parallel, all but the groups below. ARGS selects tests of any group, which run one after another.
test: $(VENV)/.test-ready
ifeq ($(strip $(ARGS)),)
	@$(PYTEST) $(SIDE_BY_SIDE) -m "not classes and not sweeps and not resilience and not alone and not exports and not cluster and not jit and not proxies and not notebooks and not packages and not browsers"
else
	@$(PYTEST) $(ARGS)
endif

# Holds classes: what a teacher, students and a screen can do, over real sockets and in real browsers. Each test has
# several browsers, so that few tests fill a machine.
classes: $(VENV)/.test-ready
	@$(PYTEST) $(SIDE_BY_SIDE) --numprocesses 2 -m "classes and not resilience and not alone" $(ARGS)

# Trains sweeps from the command line. Its processes take only what nothing else needs, so nothing else runs meanwhile.
sweeps: $(VENV)/.test-ready
	@$(PYTEST) -m "sweeps and not resilience" $(ARGS)

# Kills, stops, cuts and starves servers, engine processes and pages; last, alone, what depends on timing.
resilience: $(VENV)/.test-ready
	@status=0; \
	$(PYTEST) $(SIDE_BY_SIDE) -m "resilience and not alone" || status=1; \
	$(PYTEST) tests/faults -m alone || status=1; \
	exit $$status

# What these two leave out: tests marked nightly, and all cases of those it only samples.
nightly: $(VENV)/.test-ready
	@status=0; \
	$(PYTEST) --nightly $(SIDE_BY_SIDE) -m "(nightly or sampled) and not alone" || status=1; \
	$(PYTEST) --nightly tests/faults -m "(nightly or sampled) and alone" || status=1; \
	exit $$status

test-all:
	@$(MAKE) --no-print-directory --keep-going test classes sweeps resilience nightly exports cluster proxies notebooks packages browsers jit

# Runs exported programs with PyTorch and Keras, which it installs.
exports: $(VENV)/.exports-ready
	@$(PYTEST) -m exports $(ARGS)

# Trains on a real Dask cluster of worker processes, some of which are killed; installs Dask.
cluster: $(VENV)/.cluster-ready
	@$(PYTEST) tests/cluster -m cluster $(ARGS)

# Trains with the compiled kernel instead of plans, where it covers them; installs Numba.
jit: $(VENV)/.jit-ready
	@$(PYTEST) $(SIDE_BY_SIDE) tests/engine/test_kernel.py tests/engine/test_golden.py tests/engine/test_resuming.py tests/engine/test_trainer.py $(ARGS)

# Serves behind real proxies, which must be installed: nginx and Caddy; several servers behind one, some of which are killed.
# The tests mostly wait, for what is gone or silent.
proxies: $(VENV)/.proxies-ready
	@$(PYTEST) $(SIDE_BY_SIDE) --numprocesses 2 tests/proxies -m proxies $(ARGS)

# Opens the playground from a real Jupyter server and in a notebook; installs Jupyter.
notebooks: $(VENV)/.notebooks-ready
	@$(PYTEST) tests/notebooks -m notebooks $(ARGS)

# Builds the wheel, and starts it where users do: in an empty environment, in other folders, on a disk that is read-only.
packages: $(VENV)/.test-ready
	@$(PYTEST) -m packages $(ARGS)

# Opens the page in Chromium, Firefox and WebKit, which must be installed; installs what drives them.
browsers: $(VENV)/.browsers-ready
	@$(PYTEST) tests/browsers -m browsers $(ARGS)

# Checks every state of the pages for barriers, and saves pictures of them in build/pictures.
pictures: $(VENV)/.test-ready
	@$(PYTEST) --nightly --pictures build/pictures --numprocesses auto --dist load tests/browser/test_barriers.py tests/browser/test_class_barriers.py $(ARGS)

lint: $(VENV)/.test-ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.test-ready
	@$(BIN)/mypy
	@$(BIN)/python tests/node.py types

js: $(VENV)/.test-ready
	@$(BIN)/python tests/node.py test $(ARGS)

bench: $(VENV)/.test-ready
	@$(BIN)/python -m benchmarks.engine $(ARGS)
	@$(BIN)/python -m benchmarks.digits $(ARGS)
	@$(BIN)/python -m benchmarks.stream $(ARGS)

# Updates the parts of documents and scripts that are generated from tables in the code.
generate: $(VENV)/.test-ready
	@$(BIN)/python -m docs.generate

clean:
	@rm -rf $(VENV) node_modules tests/browsers/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist

help:
	@echo "make run | test | classes | sweeps | resilience | nightly | test-all | exports | cluster | jit | proxies | notebooks | packages | browsers | pictures | lint | types | js | bench | generate | clean    (ARGS=\"…\" passes options on)"

# The first interpreter that is new enough; PYTHON=… tries another one first.
$(BIN)/python:
	@for python in $(PYTHON) python3 python python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    "$$python" -m venv $(VENV) && exit 0; \
	    rm -rf $(VENV); \
	    echo "$$python cannot create a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	  fi; \
	done; \
	echo "Python 3.11 or newer was not found. If you have it, run: make run PYTHON=/path/to/python3" >&2; exit 1

# Editable installation: only changes to these two files need a new one.
$(VENV)/.run-ready: pyproject.toml hatch_build.py | $(BIN)/python
	@echo "Installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test-ready: pyproject.toml hatch_build.py | $(BIN)/python
	@echo "Installing the test tools into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@ $(VENV)/.run-ready

$(VENV)/.exports-ready: $(VENV)/.test-ready
	@echo "Installing PyTorch and Keras into $(VENV) …"
	@$(PIP) "$(TORCH)"
	@$(PIP) --editable ".[exports]"
	@touch $@

$(VENV)/.cluster-ready: $(VENV)/.test-ready
	@echo "Installing Dask …"
	@$(PIP) --editable ".[cluster]"
	@touch $@

$(VENV)/.jit-ready: $(VENV)/.test-ready
	@echo "Installing Numba …"
	@$(PIP) --editable ".[jit]"
	@touch $@

$(VENV)/.proxies-ready: $(VENV)/.test-ready
	@echo "Installing what makes certificates …"
	@$(PIP) --editable ".[proxies]"
	@touch $@

$(VENV)/.notebooks-ready: $(VENV)/.test-ready
	@echo "Installing Jupyter …"
	@$(PIP) --editable ".[notebooks]"
	@touch $@

$(VENV)/.browsers-ready: tests/browsers/package.json $(VENV)/.test-ready
	@echo "Installing Selenium and Puppeteer …"
	@$(PIP) --editable ".[browsers]"
	@$(BIN)/python tests/node.py install tests/browsers
	@$(BIN)/python -m tests.browsers.installed
	@touch $@
