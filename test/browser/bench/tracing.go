package main

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// traceEvent is an entry of Chromium's trace. Times are in microseconds; Work is processor time of the thread.
type traceEvent struct {
	Name  string  `json:"name"`
	Phase string  `json:"ph"`
	Pid   int     `json:"pid"`
	Tid   int     `json:"tid"`
	At    float64 `json:"ts"`
	Took  float64 `json:"dur"`
	Work  float64 `json:"tdur"`
	Args  struct {
		Name string `json:"name"`
	} `json:"args"`
}

// recording starts Chromium's trace of a tab's tasks and of the page's performance marks. stop returns it.
func recording(tab context.Context) (stop func() ([]traceEvent, error), err error) {
	var all []traceEvent // written by the listener only, and read after complete is closed
	var bad error
	complete := make(chan struct{})
	err = chromedp.Listen(tab, func(ev any) {
		switch ev := ev.(type) {
		case *tracing.EventDataCollected:
			for _, raw := range ev.Value {
				var e traceEvent
				if err := json.Unmarshal(raw, &e); err != nil {
					bad = err
				}
				all = append(all, e)
			}
		case *tracing.EventTracingComplete:
			close(complete)
		}
	})
	if err != nil {
		return nil, err
	}
	_, err = chromedp.Call(tab, tracing.Start, tracing.StartParams{TraceConfig: &tracing.TraceConfig{
		IncludedCategories: []string{"toplevel", "blink.user_timing"}, ExcludedCategories: []string{"*"},
	}})
	return func() ([]traceEvent, error) {
		if _, err := chromedp.Call(tab, tracing.End, cdp.Empty{}); err != nil {
			return nil, err
		}
		select {
		case <-complete:
			return all, bad
		case <-tab.Done():
			return nil, tab.Err()
		}
	}, err
}

// span is a time between two moments of the page, in milliseconds since a mark.
type span struct{ begin, end float64 }

// work returns, for each span, the milliseconds of processor time of the tasks of the page's main thread and its workers that
// run in it, each whole. The spans count from the mark zero.
func work(events []traceEvent, zero string, spans []span) ([]float64, error) {
	first := slices.IndexFunc(events, func(e traceEvent) bool { return e.Name == zero })
	if first < 0 || len(spans) == 0 {
		return nil, errors.New("no mark in the trace, or nothing to measure")
	}
	origin, pid := events[first].At, events[first].Pid
	threads := map[int]bool{}
	for _, e := range events {
		if e.Pid == pid && e.Name == "thread_name" && (e.Args.Name == "CrRendererMain" || strings.HasPrefix(e.Args.Name, "DedicatedWorker")) {
			threads[e.Tid] = true
		}
	}
	took := make([]float64, len(spans))
	for _, e := range events {
		if e.Pid != pid || !threads[e.Tid] || e.Phase != "X" || !strings.HasSuffix(e.Name, "RunTask") {
			continue
		}
		for i, s := range spans {
			if e.At+e.Took > origin+s.begin*1000 && e.At < origin+s.end*1000 {
				took[i] += e.Work / 1000
			}
		}
	}
	return took, nil
}
