# Everything a new machine needs: Python 3.11 or newer, and make.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check install --quiet --constraint requirements.lock
SAMPLE := data/sample/workbench.toml
# Your own lake once there is one, the sample until then.
export WORKBENCH_SETTINGS ?= $(CURDIR)/$(if $(wildcard data/lake/posts),workbench.toml,$(SAMPLE))
export HF_HUB_OFFLINE := 1
# JupyterLab offers one kernel, this environment's, whatever else is installed for the user, and by
# .jupyter/ it asks for no news. What kernel and server say to each other, posts among it, is
# encrypted. A container has no user but root.
LAB = JUPYTER_PATH= JUPYTER_PREFER_ENV_PATH=1 JUPYTER_CONFIG_PATH=$(CURDIR)/.jupyter $(BIN)/jupyter lab \
	--KernelSpecManager.allowed_kernelspecs=python3 --KernelManager.transport_encryption=auto \
	$(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help report lab git test test-all check performance lock clean

help: ## This list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

report: $(BIN)/.core ## Set up, run the main job on the sample, print the path of its report
	@$(BIN)/workbench sample load
	@$(BIN)/workbench --settings $(SAMPLE) report kpi/weekly

lab: $(BIN)/.full ## Open JupyterLab on the start notebook (more options: make lab OPTIONS=--no-browser)
	@case "$$WORKBENCH_SETTINGS" in *$(SAMPLE)) $(BIN)/workbench sample load;; esac
	@$(LAB) --LabApp.default_url=/lab/tree/start.ipynb $(OPTIONS) notebooks

git: $(BIN)/.full ## For this clone: notebooks are committed without outputs, and compared and merged cell by cell
	@git config filter.nbstripout.clean '"$(abspath $(BIN))/nbstripout" --keep-id'
	@git config filter.nbstripout.smudge cat
	@git config diff.jupyternotebook.command '"$(abspath $(BIN))/git-nbdiffdriver" diff --use-filter'
	@git config merge.jupyternotebook.name "notebooks, cell by cell"
	@git config merge.jupyternotebook.driver '"$(abspath $(BIN))/git-nbmergedriver" merge %O %A %B %L %P'
	@echo "git strips, compares and merges the notebooks of this clone. Undo: git config --remove-section filter.nbstripout (diff.jupyternotebook, merge.jupyternotebook)."

test: $(BIN)/.full ## Check everything that takes minutes
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

test-all: $(BIN)/.full ## … and simulations, servers, browsers
	$(BIN)/python -m pytest -m slow -n 2 --dist loadfile

check: $(BIN)/.full ## Style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

performance: $(BIN)/.full ## Speed beside what one would use instead, as ratios
	@for script in tests/performance/bench_*.py; do PYTHONPATH=tests $(BIN)/python $$script || exit 1; done

lock: ## Write requirements.lock from this environment
	@{ echo "# What was installed and tested together, on Python 3.11. Use: pip install -c requirements.lock -e '.[models,dev]'"; \
	   $(BIN)/pip freeze --exclude-editable | grep -vE '^(workbench|-e)' | sed 's/+cpu$$//'; } > requirements.lock

clean: ## Remove the environment and everything made from the sample
	rm -rf .venv data/sample/lake data/sample/runs data/sample/reports data/sample/models data/sample/vault data/sample/rejected

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "workbench needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv .venv

$(BIN)/.core: $(BIN)/python pyproject.toml requirements.lock
	@echo "Installing the core dependencies (about a minute) …"
	@$(PIP) -e .
	@touch $@

$(BIN)/.full: $(BIN)/python pyproject.toml requirements.lock
	@echo "Installing everything, models included (a few minutes) …"
	@$(PIP) -e '.[models,dev]'
	@touch $@ $(BIN)/.core
