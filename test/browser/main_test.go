// Package browser tests the page in Chromium against the real server: `make build` first, then `go test`. Screenshots
// land in build/screenshots.
package browser

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"ehlo/test/browser/harness"
)

// root is the project's directory.
const root = "../.."

// site is where the page is served, with a slash at its end.
var site string

// The browsers: one for what is painted on a canvas, and one for all else. Each starts when a test first needs it.
var (
	painting = started(harness.Start)
	flat     = started(harness.StartFlat)

	stops []func()
)

// started returns what starts a browser once and returns its context.
func started(start func() (context.Context, func(), error)) func() (context.Context, error) {
	return sync.OnceValues(func() (context.Context, error) {
		browser, stop, err := start()
		stops = append(stops, stop)
		return browser, err
	})
}

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
	defer func() {
		for _, stop := range stops {
			stop()
		}
	}()
	return m.Run(), nil
}
