# Each verb installs what it needs first, and says so. `make help` lists them.

PY := .venv/bin/python
SETUP := sh scripts/setup

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage check fix bench resilience docs sbom lock clean

help: ## list the verbs
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## packages into .venv, Pulumi's engine found or built
	@$(SETUP)

demo: setup ## the reference job on the embedded AWS: three live tables refactored in place
	@.venv/bin/tablewright demo --destroy

test: setup ## every test: unit, sandbox, pulumi, docs
	@sh scripts/test $(ARGS)

coverage: setup ## every test, with the lines and branches that none of them reaches
	@COVERAGE=1 sh scripts/test $(ARGS)

check: setup ## format, lint, strict types, import rules, dead code
	@sh scripts/check

fix: setup ## let the formatter and the linter fix what they can
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

bench: setup ## measure; ratios and growth, for docs/performance.md
	@$(PY) -m scripts.bench $(ARGS)

resilience: setup ## networks that fail, processes that are killed; a row for each, 40 min
	@$(PY) -m scripts.resilience $(ARGS)

docs: setup ## write the generated pages again, and build the site into site/; links are checked
	@$(PY) -m scripts.docs
	@NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict --quiet
	@echo "site/index.html"

sbom: setup ## a bill of materials of what is locked, as CycloneDX, into dist/
	@$(PY) -m scripts.sbom

lock: ## resolve the requirement files again (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras \
		-o requirements/dev.txt pyproject.toml emulator/pyproject.toml requirements/dev.in
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras \
		-o requirements/spark.txt requirements/spark.in
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras \
		-c requirements/dev.txt -o requirements/base.txt pyproject.toml

clean: ## remove what was installed or made here; the engine's cache stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage* cfn-outputs site
