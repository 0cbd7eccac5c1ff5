// Package harness starts what the browser tests and the benchmarks need: the real server and a Chromium.
package harness

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// Server is a running bin/ehlo.
type Server struct {
	URL    string // with a slash at its end
	Invite string // the link of an invitation to its bridge, "" where it has none
	Dir    string // for what a test keeps of it
	Stop   func()
}

// Serve starts `bin/ehlo serve` of the project's directory and waits until it says where it listens.
func Serve(root string, args ...string) (Server, error) {
	c := exec.Command(filepath.Join(root, "bin/ehlo"), append([]string{"serve"}, args...)...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return Server{}, err
	}
	if err := c.Start(); err != nil {
		return Server{}, fmt.Errorf("%w (make build makes the binary)", err)
	}
	stop := func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	}
	s := Server{Stop: stop}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Ctrl-C") {
		url := regexp.MustCompile(`http://\S+`).FindString(lines.Text())
		switch {
		case s.URL == "":
			s.URL = url
		case s.Invite == "":
			s.Invite = url
		}
	}
	if s.URL == "" {
		stop()
		return Server{}, errors.Join(lines.Err(), errors.New("the server prints no URL"))
	}
	return s, nil
}

// PlainName is a name for this machine that a browser does not trust: over plain http it is no secure context.
const PlainName = "ehlo.test"

// Port is the port that a server listens on.
func Port(s Server) string {
	u, err := url.Parse(s.URL)
	if err != nil {
		panic(err) // the URL was made by Serve
	}
	return u.Port()
}

// Start starts a Chromium without a window, which has WebGL. Its tabs are made with chromedp.NewContext from the context.
func Start() (browser context.Context, stop func(), err error) {
	// WebGL without a graphics card.
	return start(chromedp.Flag("use-angle", "swiftshader"),
		chromedp.Flag("enable-unsafe-swiftshader", true),
		chromedp.Flag("ignore-gpu-blocklist", true),
		chromedp.Flag("disable-gpu", false))
}

// StartFlat starts a Chromium without a window and without WebGL. Where there is no graphics card, it draws its pages in two thirds
// of the time.
func StartFlat() (browser context.Context, stop func(), err error) {
	return start(chromedp.Flag("disable-gpu", true))
}

func start(own ...chromedp.ExecAllocatorOption) (browser context.Context, stop func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.WindowSize(1440, 900),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("host-resolver-rules", "MAP "+PlainName+" 127.0.0.1"),
		chromedp.Flag("lang", "en-US"),
		// A mouse, which a machine without a screen does not have: fine pointer, hover.
		chromedp.Flag("blink-settings", "primaryPointerType=4,availablePointerTypes=4,primaryHoverType=2,availableHoverTypes=2"),
	)
	options = append(options, own...)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox refuses root
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	var stopBrowser context.CancelFunc
	browser, stopBrowser = chromedp.NewContext(allocator)
	// A first start may have to fill caches on a slow disk.
	deadline := time.AfterFunc(60*time.Second, stopBrowser)
	err = chromedp.Do(browser)
	deadline.Stop()
	return browser, func() { stopBrowser(); stopAllocator() }, err
}

// Tab opens a tab in a profile of its own, and closes it after two minutes at the latest.
func Tab(browser context.Context) (tab context.Context, stop func()) {
	tab, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	tab, cancel := context.WithTimeout(tab, 2*time.Minute)
	return tab, func() { cancel(); closeTab() }
}

// Eval runs JavaScript in a tab, awaits it, and returns its JSON value.
func Eval[T any](tab context.Context, js string) (T, error) {
	v, err := chromedp.Run(tab, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		err = fmt.Errorf("%s: %w", js, err)
	}
	return v, err
}
