# What can be made here: make help.

ADDR ?= 127.0.0.1:8025
T ?= 30s
GO ?= go

VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
WASM = GOOS=js GOARCH=wasm CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w'

.PHONY: help run build wasm pack test lint fuzz soak bench judge lighthouse browser-plain screenshots clean check go

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: build ## build everything and serve the page on ADDR (127.0.0.1:8025)
	@exec bin/ehlo serve -addr $(ADDR)

build: pack ## build bin/ehlo, one binary that holds the page; DRAFT=1 compresses quickly
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w -X main.version=$(VERSION)' -o bin/ehlo ./cmd/ehlo

pack: wasm ## build web/dist, what a browser gets
	$(GO) -C tools build -o ../build/tools/pack ./pack
	build/tools/pack $(if $(DRAFT),-draft) $(if $(QUICK),-quick)

# Without inlining all but the stage are a seventh smaller on the wire, and they are what a learner waits for. In the core that
# starts the page, what runs first is inlined all the same: a browser compiles a function when it is first called, and so there
# are a quarter fewer of them.
FIRST = runtime internal/... sync/... reflect syscall/... strings strconv unicode/... errors

wasm: go ## build the four WebAssembly binaries
	$(WASM) -tags first -gcflags=all=-l $(FIRST:%=-gcflags=%=) -o build/wasm/tutor.wasm ./wasm/tutor
	$(WASM) -gcflags=all=-l -o build/wasm/full.wasm ./wasm/tutor
	$(WASM) -gcflags=all=-l -o build/wasm/reader.wasm ./wasm/reader
	$(WASM) -o build/wasm/stage.wasm ./wasm/stage

test: check ## check and test everything, in a browser too
	@build/tools/check install
	@$(MAKE) build QUICK=1
	build/tools/check test

lint: go check ## format, vet, citations, staticcheck, govulncheck, go.mod files
	build/tools/check lint

fuzz: go check ## run every fuzz target for T (30s) each
	build/tools/check fuzz $(T)

soak: go ## play a week of every world from 100 seeds, with troubles of chance
	$(GO) test -count=1 -timeout 2h -run TestEveryWorldPlaysAWeek ./sim -soak

bench: build ## measure the budgets and write docs/performance.md
	$(GO) -C test/browser build -o ../../build/tools/bench ./bench
	build/tools/bench
	$(GO) -C test/peers build -o ../../build/tools/smtpbench ./smtpbench
	build/tools/smtpbench -write
	$(GO) -C test/peers build -o ../../build/tools/imapbench ./imapbench
	build/tools/imapbench -write
	$(GO) -C test/peers build -o ../../build/tools/simbench ./simbench
	build/tools/simbench

judge: go ## play sessions with real servers too and run Debian's tools beside ours, and say what differs; root on Debian (apt-get install dovecot-imapd fetchmail bind9-dnsutils postfix openssl)
	$(GO) -C test/peers run ./imapjudge
	$(GO) -C test/peers run ./personajudge
	$(GO) -C test/peers run ./tooljudge

# A network namespace has no network but what is made in it: the page is served to a plain address, and nothing else can be reached.
browser-plain: build ## run the browser tests from a plain http address that is not loopback; root only. R=REGEXP chooses tests
	unshare -n sh -c 'ip link set lo up && ip addr add 192.0.2.80/32 dev lo && \
		EHLO_TEST_ADDR=192.0.2.80:0 exec $(GO) -C test/browser test -count=1 -timeout=40m $(if $(R),-run "$(R)") .'

lighthouse: build ## let Lighthouse judge the page (apt-get install nodejs npm chromium)
	$(GO) -C test/browser build -o ../../build/tools/lighthouse ./lighthouse
	build/tools/lighthouse

screenshots: build ## make README's picture anew, save every view in light and dark at three widths, and compare every picture of the stage
	$(GO) -C test/browser test -count=1 -run TestPicture . -picture
	$(GO) -C test/browser test -count=1 -timeout 90m . -every

clean: ## remove everything that was built, the cache of compressed files too
	rm -rf bin build web/dist/a web/dist/w web/dist/index.html*

check: go
	@$(GO) -C tools build -o ../build/tools/check ./check

go:
	@GO='$(GO)' sh tools/need-go
