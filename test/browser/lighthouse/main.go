// Command lighthouse lets Google's Lighthouse judge the page and compares medians with what the project asks for. It runs in
// the project's directory after make build, needs Node and, the first time, npm's registry.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"ehlo/test/browser/harness"
)

// version is the newest Lighthouse that runs on Debian's Node.
const version = "lighthouse@12.8.2"

const runs = 5

// floors are the scores that the median must reach, of 100.
var floors = []struct {
	category string
	least    float64
}{{"accessibility", 100}, {"best-practices", 100}, {"seo", 100}, {"performance", 95}}

// report is what is read of Lighthouse's.
type report struct {
	RuntimeError *struct{ Message string } `json:"runtimeError"`
	Categories   map[string]struct {
		Score     *float64
		AuditRefs []struct {
			ID     string
			Weight float64
		} `json:"auditRefs"`
	}
	Audits map[string]struct {
		Title, DisplayValue string
		Score               *float64
	}
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "lighthouse: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	site, err := harness.Serve(".", "-addr", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer site.Stop()
	scores := map[string][]float64{}
	var last report
	for i := range runs {
		fmt.Printf("run %d of %d\n", i+1, runs)
		if last, err = judge(site.URL); err != nil {
			return err
		}
		for name, c := range last.Categories {
			if c.Score == nil {
				return fmt.Errorf("%s has no score", name)
			}
			scores[name] = append(scores[name], *c.Score*100)
		}
	}
	var failed []string
	for _, f := range floors {
		got := scores[f.category]
		slices.Sort(got)
		median := got[len(got)/2]
		fmt.Printf("%-15s %3.0f (at least %.0f)\n", f.category, median, f.least)
		if median < f.least {
			failed = append(failed, f.category)
			explain(last, f.category)
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("below what is asked: %s", strings.Join(failed, ", "))
	}
	return nil
}

// judge runs Lighthouse once.
func judge(url string) (report, error) {
	var r report
	args := []string{"--yes", version, url, "--preset=desktop", "--quiet", "--output=json",
		"--chrome-flags=--headless=new --no-first-run --disable-background-networking --disable-component-update --disable-sync --use-angle=swiftshader --enable-unsafe-swiftshader"}
	if os.Getuid() == 0 {
		args[len(args)-1] += " --no-sandbox" // Chromium's sandbox refuses root
	}
	cmd := exec.Command("npx", args...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "CHROME_PATH=/usr/bin/chromium")
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return r, errors.New("there is no npx: apt-get install nodejs npm")
	}
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return r, err
	}
	if r.RuntimeError != nil {
		return r, errors.New(r.RuntimeError.Message)
	}
	return r, nil
}

// explain prints what takes points off a category.
func explain(r report, category string) {
	for _, ref := range r.Categories[category].AuditRefs {
		if a := r.Audits[ref.ID]; ref.Weight > 0 && a.Score != nil && *a.Score < 1 {
			fmt.Printf("    %s %s (%.2f)\n", a.Title, a.DisplayValue, *a.Score)
		}
	}
}
