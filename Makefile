# Every rule hands over to src/xtask, which is Rust: see `cargo xtask`.
.DEFAULT_GOAL := help
.PHONY: help setup build dev check run test simulate fuzz coverage bench clean

# The first compilation on a fresh machine would be silent for a minute without this.
XTASK = @cargo build --quiet --package xtask && cargo xtask

help: ## show this list
	@echo "Holdfast: make <target>"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 12

run: | linker ## build it, start a server and a browser, and try it with demo accounts
	$(XTASK) run

test: | linker ## every test there is, in both browsers; installs what is missing
	$(XTASK) test

# How many seeds, from which one on; SEED=… plays one and shows what happens.
SEEDS ?= 100000
FROM ?= 0
simulate: | linker ## play the backup engine's world: SEEDS=… FROM=…, or SEED=… with its trace
	$(XTASK) simulate $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --from $(FROM))

build: | linker ## build the extension into dist/
	$(XTASK) build

dev: | linker ## the same, quicker and larger, with names in stack traces
	$(XTASK) build --dev

check: | linker ## formatting, lints, purity, sizes, translations, manifest
	$(XTASK) check

fuzz: | linker ## look for inputs that break the parsers, ten minutes each (SECONDS=… for another time)
	$(XTASK) fuzz $(SECONDS)

coverage: | linker ## which lines of the sources the corpus of the fuzzers reaches
	$(XTASK) coverage

bench: | linker ## measure deriving keys, opening, merging, and what a change costs
	$(XTASK) bench

setup: | linker ## install what building and testing need
	$(XTASK) setup test

clean: ## remove what was built, keep installed tools
	@rm -rf dist target/debug target/release target/wasm32-unknown-unknown target/wasm-bindgen \
	  target/wasm-opt target/wasm-raw target/fuzz target/fuzz-coverage target/run target/dist-new target/dist-old
	@echo "removed dist/ and what was built; target/tools stays"

# Rust cannot link, and so cannot help itself, without a C compiler.
.PHONY: linker
linker:
	@command -v cargo >/dev/null || { echo "cargo is missing: install rustup from https://rustup.rs"; exit 1; }
	@command -v cc >/dev/null || { [ "$$(id -u)" = 0 ] || sudo -n true 2>/dev/null; } || \
	  { echo "a linker is missing: sudo apt-get install gcc libc6-dev"; exit 1; }
	@command -v cc >/dev/null || { echo "installing a linker …"; \
	  root=; [ "$$(id -u)" = 0 ] || root="sudo -n"; \
	  $$root apt-get update -qq && $$root apt-get install -y -qq gcc libc6-dev; } || \
	  { echo "a linker can't be installed here: sudo apt-get install gcc libc6-dev"; exit 1; }
