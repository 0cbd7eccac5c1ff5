package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
)

// write makes the report of everything that was measured.
func write(file string, results []result, benchmarks string) error {
	var b strings.Builder
	b.WriteString("# What it costs\n\n`make bench` measures this and writes it here. Sizes are in MB of 10^6 octets.\n\n")
	fmt.Fprintf(&b, "Measured on: %s.\n\n", machine())
	b.WriteString("## The page\n\n| what | measured | budget |\n|---|---|---|\n")
	for _, r := range results {
		limit := ""
		if r.limit > 0 {
			limit = "at most " + format(r.limit, r.unit)
		}
		what := r.what
		if r.explanation != "" {
			what += " <br> " + r.explanation
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", what, format(r.value, r.unit), limit)
	}
	b.WriteString("\n## The core, natively\n\n" + benchmarks)
	return os.WriteFile(file, []byte(b.String()), 0o644)
}

// machine says what the numbers were measured on.
func machine() string {
	cpu := runtime.GOARCH
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if m := regexp.MustCompile(`model name\s*: (.*)`).FindSubmatch(info); m != nil {
			cpu = string(m[1])
		}
	}
	parts := []string{fmt.Sprintf("%d cores of %s", runtime.NumCPU(), cpu), "no graphics card (WebGL in software)", runtime.GOOS, runtime.Version()}
	if out, err := exec.Command("chromium", "--version").Output(); err == nil {
		parts = append(parts, "headless "+regexp.MustCompile(`Chromium [\d.]+`).FindString(string(out)))
	}
	return strings.Join(parts, ", ")
}

var benchmark = regexp.MustCompile(`(?m)^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

// goBenchmarks runs all benchmarks of the core and the lessons, and makes a table of them.
func goBenchmarks() (string, error) {
	out, err := exec.Command("go", "test", "-run=^$", "-bench=.", "-benchmem", "-benchtime=500ms", "./sim/...", "./lessons/...", "./cmd/internal/bridge").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("benchmarks: %w\n%s", err, out)
	}
	var b strings.Builder
	b.WriteString("| package | benchmark | result |\n|---|---|---|\n")
	pkg := ""
	for line := range bytes.Lines(out) {
		if p, ok := bytes.CutPrefix(line, []byte("pkg: ")); ok {
			pkg = strings.TrimSpace(string(p))
		}
		if m := benchmark.FindSubmatch(line); m != nil {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", pkg, m[1][len("Benchmark"):], strings.Join(strings.Fields(string(m[2])), " "))
		}
	}
	return b.String(), nil
}
