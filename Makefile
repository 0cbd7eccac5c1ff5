# What can be made here: make help.

ADDR ?= 127.0.0.1:8025
T ?= 30s
GO ?= go

VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
WASM = GOOS=js GOARCH=wasm CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w'

.PHONY: help run build wasm pack go

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: build ## build everything and serve the page on ADDR (127.0.0.1:8025)
	@exec bin/ehlo serve -addr $(ADDR)

build: pack ## build bin/ehlo, one binary that holds the page
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w -X main.version=$(VERSION)' -o bin/ehlo ./cmd/ehlo

pack: wasm ## build web/dist, what a browser gets
	$(GO) -C tools build -o ../build/tools/pack ./pack
	build/tools/pack

# Without inlining tutor.wasm is a seventh smaller on the wire, and it is what a learner waits for.
wasm: go ## build the two WebAssembly binaries
	@if ls wasm/tutor/*.go >/dev/null 2>&1; then $(WASM) -gcflags=all=-l -o build/wasm/tutor.wasm ./wasm/tutor; fi
	@if ls wasm/stage/*.go >/dev/null 2>&1; then $(WASM) -o build/wasm/stage.wasm ./wasm/stage; fi

go:
	@GO='$(GO)' sh tools/need-go
