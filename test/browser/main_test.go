// Package browser tests the page in Chromium against the real server: `make build` first, then `go test`. Screenshots
// land in build/screenshots.
package browser

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"testing"

	"ehlo/test/browser/harness"
)

// root is the project's directory.
const root = "../.."

var (
	// site is where the page is served, with a slash at its end.
	site string
	// chromium is the context of a running browser.
	chromium context.Context
)

func TestMain(m *testing.M) {
	code, err := setUp(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// setUp serves the page on loopback, or on the address and port of EHLO_TEST_ADDR: on another than loopback a browser takes it for
// insecure, and what needs a secure context has to have its fallback (make browser-plain).
func setUp(m *testing.M) (int, error) {
	server, err := harness.Serve(root, "-addr", cmp.Or(os.Getenv("EHLO_TEST_ADDR"), "127.0.0.1:0"))
	if err != nil {
		return 1, err
	}
	defer server.Stop()
	site = server.URL
	browser, stop, err := harness.Start()
	if err != nil {
		return 1, err
	}
	defer stop()
	chromium = browser
	return m.Run(), nil
}
