// Command bench measures the budgets of the page and the core, and writes docs/performance.md. It runs in the project's
// directory after make build; it fails where a budget is exceeded. With an argument (transfer, start, reply, stage or idle) it
// measures that alone and writes nothing.
package main

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"

	"ehlo/test/browser/harness"
	"ehlo/web"
)

// result is one line of the report. A limit of 0 is no budget.
type result struct {
	what        string
	value       float64
	limit       float64
	unit        string
	explanation string
}

func main() {
	only := ""
	if len(os.Args) == 2 {
		only = os.Args[1]
	}
	if err := run(only); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(only string) error {
	page, err := web.Handler(os.DirFS("web/dist"))
	if err != nil {
		return fmt.Errorf("web/dist: %w (make build packs it)", err)
	}
	log := &requests{handler: page}
	site := httptest.NewServer(log)
	defer site.Close()
	blank, err := emptyPage()
	if err != nil {
		return err
	}
	empty := httptest.NewServer(blank)
	defer empty.Close()
	browser, stop, err := harness.Start()
	if err != nil {
		return err
	}
	defer stop()

	var results []result
	for _, m := range []struct {
		name    string
		measure func() ([]result, error)
	}{
		{"transfer", func() ([]result, error) { return transfer(browser, site.URL, log) }},
		{"start", func() ([]result, error) { return start(browser, site.URL, empty.URL) }},
		{"reply", func() ([]result, error) { return reply(browser, site.URL) }},
		{"stage", func() ([]result, error) { return stage(browser, page) }},
		{"idle", func() ([]result, error) { return idle(browser, site.URL) }},
	} {
		if only != "" && only != m.name {
			continue
		}
		some, err := m.measure()
		if err != nil {
			return err
		}
		for _, r := range some {
			fmt.Println(r)
		}
		results = append(results, some...)
	}
	if only != "" {
		return nil
	}
	stop() // a browser in the background would disturb what follows
	table, err := goBenchmarks()
	if err != nil {
		return err
	}
	if err := write("docs/performance.md", results, table); err != nil {
		return err
	}
	var over bytes.Buffer
	for _, r := range results {
		if r.exceeded() {
			fmt.Fprintf(&over, "\n  %s", r)
		}
	}
	if over.Len() > 0 {
		return fmt.Errorf("over budget:%s", over.String())
	}
	return nil
}

func (r result) exceeded() bool { return r.limit > 0 && r.value > r.limit }

func (r result) String() string {
	s := fmt.Sprintf("%s: %s", r.what, format(r.value, r.unit))
	if r.limit > 0 {
		s += fmt.Sprintf(" (budget %s)", format(r.limit, r.unit))
	}
	return s
}

func format(v float64, unit string) string {
	switch unit {
	case "MB":
		return fmt.Sprintf("%.2f MB", v)
	case "×":
		return fmt.Sprintf("%.2f ×", v)
	case "":
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f %s", v, unit)
}
