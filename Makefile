# What this project builds, tests and shows. Everything that a target needs
# beyond Go, make, git and a C compiler it builds from Go modules into .cache.

SHELL := /bin/sh
BIN   := bin
CACHE := $(CURDIR)/.cache
TOOLS := $(CACHE)/bin

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT  := $(shell git rev-parse HEAD 2>/dev/null)
DATE    := $(shell git log -1 --format=%cI 2>/dev/null)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)

.PHONY: help
help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the plugin into bin/
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/kubectl-helmhooks ./cmd/kubectl-helmhooks

.PHONY: install
install: ## Install the plugin where `go install` puts programs
	CGO_ENABLED=0 go install -trimpath -ldflags '$(LDFLAGS)' ./cmd/kubectl-helmhooks

.PHONY: tools
tools: ## Build etcd, Kubernetes, kwok, Helm 3 and Helm 4 into .cache/bin (minutes, once)
	@go run -C test/tools ./build -out $(TOOLS)

.PHONY: unit
unit: ## The quick loop: all tests that need no cluster
	go test -race ./...

.PHONY: test
test: tools ## All tests: unit, and end-to-end on a real cluster with Helm 3 and Helm 4
	go test -C test/tools ./...
	go test -C test/oracle ./...
	go test -race ./...
	go test ./pkg/dump # whole: with the race detector it streams less
	go test -count=1 -p 1 -tags e2e -timeout 20m ./test/... # one control plane at a time

.PHONY: soak
soak: tools ## Play random lives of releases on twins: SEED=, OPS=, or a script again with SCRIPT=FILE
	$(if $(SCRIPT),SCRIPT=$(abspath $(SCRIPT)) )go test -count=1 -tags e2e -timeout 0 -v -run $(if $(SCRIPT),TestFound,TestLives) ./test/twins

.PHONY: lint
lint: ## gofmt, go vet and golangci-lint
	@unformatted=$$(gofmt -l cmd pkg release test); if [ -n "$$unformatted" ]; then echo "gofmt -w these: $$unformatted"; exit 1; fi
	go vet ./...
	go vet -tags e2e ./test/...
	go vet -C test/tools ./...
	go vet -C test/oracle ./...
	go vet -C test/bench ./...
	go vet -C test/session ./...
	go vet -C release -tags e2e ./...
	go tool -modfile=test/lint/go.mod golangci-lint run --build-tags e2e ./...
	cd release && go tool -modfile=../test/lint/go.mod golangci-lint run --build-tags e2e ./...

.PHONY: golden
golden: ## Rewrite golden files from what the program prints now
	go test ./pkg/render ./pkg/dump ./pkg/rbac ./cmd/... -update

.PHONY: deploy
deploy: tools ## Rewrite deploy/ from what the cronjob command prints for the Kubernetes of the tests
	go test -count=1 -tags e2e -run TestKindsOfKubernetes ./test/cron -update
	go test ./test/deploy ./pkg/rbac -update

RELEASE_TOOLS := $(CACHE)/release
RELEASE_FLAGS := -trimpath -ldflags='-s -w' -tags=containers_image_openpgp,exclude_graphdriver_btrfs
goreleaser = PATH="$(RELEASE_TOOLS):$$PATH" goreleaser

.PHONY: release-tools
release-tools: ## Build goreleaser, krew, buildah and cyclonedx-gomod into .cache/release (minutes, once)
	@mkdir -p $(RELEASE_TOOLS)
	GOBIN=$(RELEASE_TOOLS) go install -C release $(RELEASE_FLAGS) tool

.PHONY: snapshot
snapshot: release-tools ## Build what a release consists of into dist/, unsigned, from the tree as it is
	$(goreleaser) release --snapshot --clean --skip=sign

.PHONY: release
release: release-tools ## Build, sign and publish the release that the current tag names (CI does)
	$(goreleaser) release --clean

.PHONY: image
image: release-tools ## Build the image from the archives in dist/ into dist/image; PUSH=REPOSITORY pushes it
	PATH="$(RELEASE_TOOLS):$$PATH" go run -C release ./image $(if $(PUSH),-push $(PUSH))

.PHONY: krew-manifest
krew-manifest: ## Fill in dist/helmhooks.yaml, krew's manifest, from dist/checksums.txt (VERSION=v1.2.3)
	go run -C release ./krewmanifest -version $(VERSION)

.PHONY: release-check
release-check: release-tools ## Check what makes releases: builds twice, installs with krew, looks into the image
	@go run -C test/tools ./build -out $(TOOLS) -only kubectl
	go test -C release ./...
	go test -C release -count=1 -tags e2e -timeout 60m -v ./check

.PHONY: demo
demo: tools build ## Play the charts on a real cluster and list what their hooks left (KEEP=1 keeps it)
	@go run ./test/demo -bin $(BIN) $(if $(KEEP),-keep)

.PHONY: session
session: tools build ## Record docs/session.svg anew: the plugin in a terminal, on a real cluster
	@go build -C test/session -o $(CURDIR)/$(BIN)/session .
	$(BIN)/session -bin $(BIN) -out docs/session.svg

BENCH := -releases 100,300,1000
.PHONY: bench
bench: tools build ## Measure against helm, kubectl and two floors, on a cluster filled with releases (some 20 minutes; BENCH="flags")
	@go build -C test/bench -o $(CURDIR)/$(BIN)/bench .
	$(BIN)/bench -bin $(BIN)/kubectl-helmhooks -out docs/performance $(BENCH)
	$(BIN)/bench report -results docs/performance -document docs/performance.md

.PHONY: cluster-up
cluster-up: tools ## Start a cluster in the background, and print its KUBECONFIG
	@go run ./test/cluster/testcluster up

.PHONY: cluster-down
cluster-down: ## Stop it
	@go run ./test/cluster/testcluster down

.PHONY: clean
clean: ## Remove what was built, except for the cache
	rm -rf $(BIN) dist

.PHONY: clean-cache
clean-cache: cluster-down ## Remove the cache too: the next test builds Kubernetes again
	rm -rf $(CACHE)
