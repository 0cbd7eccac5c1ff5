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
const replies = 200

// watch notes, for each Enter, the moment of the key, that of the frame in which the server's line is painted, and that at which it
// has been. It makes no mark for each: a mark costs half a millisecond while the browser is traced.
const watch = `(() => {
	window.took = [];
	let pressed = 0;
	const lines = document.getElementById("lines");
	const last = () => lines.lastElementChild?.lastElementChild.querySelector(".ln--s")?.dataset.seq;
	let seen = last();
	window.heard = () => {};
	window.replied = null;
	addEventListener("keydown", (e) => {
		if (e.key !== "Enter") return;
		pressed = performance.now();
	}, true);
	new MutationObserver(() => {
		const now = last();
		if (!now || now === seen || !pressed) return;
		seen = now;
		const since = pressed;
		pressed = 0;
		requestAnimationFrame(() => {
			const frame = performance.now();
			setTimeout(() => {
				took.push([since, frame, performance.now()]);
				heard();
			});
		});
	}).observe(lines, { childList: true, subtree: true });
})()`

// loaded resolves when everything is there that the page fetches by itself: the stage, the reader, and last the whole core.
const loaded = `new Promise((resolve) => {
	const look = () => performance.getEntriesByType("resource").some((e) => e.name.endsWith("/full.wasm") && e.responseEnd > 0) ? resolve(true) : setTimeout(look, 100);
	look();
})`

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
	if _, err := harness.Eval[bool](tab, loaded); err != nil {
		return nil, err
	}
	time.Sleep(3 * time.Second) // the stage draws what there is
	if _, err := harness.Eval[any](tab, `void document.querySelector("#console-tabs .tab:last-child").click(), `+watch); err != nil {
		return nil, err
	}
	if err := chromedp.Do(tab, chromedp.Focus(chromedp.CSS("#line"))); err != nil {
		return nil, err
	}
	stopRecording, err := recording(tab)
	if err != nil {
		return nil, err
	}
	zero, err := harness.Eval[float64](tab, `performance.mark("bench-zero").startTime`)
	if err != nil {
		return nil, err
	}
	for range replies {
		// What asks for the reply is set up before the key and asks once: looking again and again would be work too. The
		// pause lets what is drawn late be drawn before the next key.
		if _, err := harness.Eval[any](tab, "void (replied = new Promise((resolve) => (heard = resolve)))"); err != nil {
			return nil, err
		}
		// Nobody types a word and Enter within one frame: what the letters cost is drawn before.
		if err := chromedp.Do(tab, chromedp.KeyEvent("NOOP")); err != nil {
			return nil, err
		}
		if _, err := harness.Eval[bool](tab, "new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 50, true)))"); err != nil {
			return nil, err
		}
		if err := chromedp.Do(tab, chromedp.KeyEvent("\r")); err != nil {
			return nil, err
		}
		if _, err := harness.Eval[any](tab, "replied.then(() => true)"); err != nil {
			return nil, err
		}
		time.Sleep(150 * time.Millisecond)
	}
	moments, err := harness.Eval[[][3]float64](tab, "took")
	if err != nil {
		return nil, err
	}
	var took []float64
	var spans []span
	for _, m := range moments {
		took = append(took, m[2]-m[0])
		spans = append(spans, span{m[0] - zero, m[1] - zero})
	}
	events, err := stopRecording()
	if err != nil {
		return nil, err
	}
	busy, err := work(events, "bench-zero", spans)
	if err != nil {
		return nil, err
	}
	slices.Sort(took)
	slices.Sort(busy)
	at := func(sorted []float64, percent int) float64 { return sorted[(len(sorted)-1)*percent/100] }
	return []result{
		{"Enter to the reply on screen, work, median", at(busy, 50), 0, "ms", "200 times NOOP in a paused world: processor time of the page and its worker, from the key to the end of the frame that paints the reply"},
		{"Enter to the reply on screen, work, 99th percentile", at(busy, 99), 16, "ms", ""},
		{"Enter to the reply on screen, by the clock, median", at(took, 50), 0, "ms", "with the wait for the next frame, and whatever else the machine does, software WebGL too"},
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
