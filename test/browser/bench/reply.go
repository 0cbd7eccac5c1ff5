package main

import (
	"context"
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"

	"ehlo/test/browser/harness"
)

// replies is how many commands are typed for the reply latency.
const replies = 300

// watch notes, for each Enter, how long it takes until the server's line stands in the document and is laid out.
const watch = `(() => {
	window.took = [];
	let pressed = 0;
	const lines = document.getElementById("lines");
	const last = () => [...lines.querySelectorAll(".ln--s")].at(-1)?.dataset.seq;
	let seen = last();
	addEventListener("keydown", (e) => { if (e.key === "Enter") pressed = performance.now(); }, true);
	new MutationObserver(() => {
		if (last() === seen || !pressed) return;
		seen = last();
		document.body.offsetHeight;
		took.push(performance.now() - pressed);
		pressed = 0;
	}).observe(lines, { childList: true, subtree: true });
})()`

// reply measures the time from Enter to the reply on screen in a world whose clock stands still besides: what is left is
// work.
func reply(browser context.Context, url string) ([]result, error) {
	tab, stop := harness.Tab(browser)
	defer stop()
	if err := chromedp.Do(tab, chromedp.Navigate(url+"/?world=two-domains")); err != nil {
		return nil, err
	}
	if _, err := harness.Eval[float64](tab, answers); err != nil {
		return nil, err
	}
	const connect = `ehlo.pause().then(() => ehlo.state())
		.then((s) => ehlo.open(s.world.hosts.find((h) => h.you).name, "mx.example.net", 25))
		.then((conn) => ehlo.run("quiet").then(() => conn))`
	if _, err := harness.Eval[int](tab, connect); err != nil {
		return nil, err
	}
	time.Sleep(3 * time.Second) // the stage starts meanwhile
	if _, err := harness.Eval[any](tab, `void document.querySelector("#console-tabs .tab:last-child").click(), `+watch); err != nil {
		return nil, err
	}
	if err := chromedp.Do(tab, chromedp.Focus(chromedp.CSS("#line"))); err != nil {
		return nil, err
	}
	for n := range replies {
		if err := chromedp.Do(tab, chromedp.KeyEvent("NOOP\r")); err != nil {
			return nil, err
		}
		for {
			got, err := harness.Eval[int](tab, "took.length")
			if err != nil {
				return nil, err
			}
			if got > n {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	took, err := harness.Eval[[]float64](tab, "took")
	if err != nil {
		return nil, err
	}
	slices.Sort(took)
	return []result{
		{"Enter to the reply on screen, median", took[len(took)/2], 0, "ms", "300 times NOOP, in a world that is paused: from the key to the reply laid out in the transcript"},
		{"Enter to the reply on screen, 99th percentile", took[len(took)*99/100], 16, "ms", ""},
	}, nil
}

// idle measures the processor time of the page's process while nothing moves.
func idle(browser context.Context, url string) ([]result, error) {
	tab, stop := harness.Tab(browser)
	defer stop()
	if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
		return nil, err
	}
	if _, err := harness.Eval[float64](tab, answers); err != nil {
		return nil, err
	}
	time.Sleep(8 * time.Second) // the stage starts, everything comes to rest
	before, err := rendererTime(tab)
	if err != nil {
		return nil, err
	}
	const span = 20 * time.Second
	time.Sleep(span)
	after, err := rendererTime(tab)
	if err != nil {
		return nil, err
	}
	return []result{{"processor time of the idle page", (after - before) / span.Seconds() * 100, 1, "% of a core", "all of Chromium's renderer processes over 20 s, the stage started, the world at rest"}}, nil
}

// rendererTime is the processor time of all renderer processes in seconds.
func rendererTime(tab context.Context) (float64, error) {
	info, err := chromedp.CallBrowser(tab, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		return 0, err
	}
	var total float64
	for _, p := range info.ProcessInfo {
		if p.Type == "renderer" {
			total += p.CPUTime
		}
	}
	return total, nil
}
