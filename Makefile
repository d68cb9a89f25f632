# Targets with a comment behind two hash signs are listed by `make help`.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

GO ?= go
# Without git, or outside of a clone, the version is "dev".
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)

# The linter on the PATH is used whatever its version; otherwise this one is built.
GOLANGCI_LINT_VERSION ?= v2.15.0
GOLANGCI_LINT ?= $(shell command -v golangci-lint || echo $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION))

# The pairs of versions that `make test-matrix` takes; empty stands for all.
PAIRS ?=
# How much data `make demo` has, how long each fuzz target runs, which benchmarks run.
SCALE ?= 0.1
FUZZTIME ?= 30s
BENCH ?= .
# The tests share two servers per package; more packages at once only wait for the disk.
TESTFLAGS ?=

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name text; do printf '  %-14s %s\n' "$$name" "$$text"; done

.PHONY: build
build: ## Build bin/migrator and bin/sandbox
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/migrator ./cmd/sandbox

.PHONY: postgres
postgres: ## Install a PostgreSQL server with apt if there is none
	@./.ci/postgres

.PHONY: demo
demo: ## Move the example shop between two throwaway servers, with a kill -9 in the middle of the data
	@SCALE=$(SCALE) ./examples/demo/run

.PHONY: test
test: postgres ## Run all tests
	$(GO) vet ./...
	$(GO) test $(TESTFLAGS) ./...

.PHONY: test-matrix
test-matrix: ## Run the tests between PostgreSQL versions, 10 to 18, with servers from npm (PAIRS="10-18 13-17")
	./.ci/matrix $(PAIRS)

.PHONY: test-race
test-race: postgres ## Run all tests with the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race $(TESTFLAGS) ./...

.PHONY: test-long
test-long: postgres ## Kill apply and release at every single message to the destination, and 500 times at random (half an hour)
	$(GO) test -run TestKilled -every 1 -kills 500 -timeout 3h -v ./cmd/migrator

.PHONY: lint
lint: ## Run the linters and check the formatting
	$(GOLANGCI_LINT) run ./...
	$(GOLANGCI_LINT) fmt --diff ./...

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (30s)
	@grep -rlE '^func Fuzz' --include='*_test.go' . | sort | while read -r file; do \
		grep -oE '^func Fuzz[A-Za-z0-9_]*' "$$file" | sed 's/^func //' | while read -r target; do \
			echo "==> $$target in $$(dirname "$$file")"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")"; \
		done; \
	done

.PHONY: bench
bench: postgres ## Run the benchmarks (BENCH=regexp)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

.PHONY: bench-peers
bench-peers: postgres ## Time migrator beside pg_dump and pg_restore on three databases (ROUNDS=3)
	./examples/bench/run

.PHONY: bench-catalog
bench-catalog: postgres ## Time plan on a database of 10,000 tables, and its memory (TABLES=10000)
	./examples/bench/catalog

.PHONY: cover
cover: postgres ## Run all tests and print the coverage per package
	$(GO) test -coverprofile=cover.out -coverpkg=./... ./...
	$(GO) tool cover -func=cover.out | tail -n 1

.PHONY: clean
clean: ## Remove what the other targets make
	rm -rf bin cover.out
