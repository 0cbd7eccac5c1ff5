package explain_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ehlo/lessons/explain"
	"ehlo/lessons/locale"
	"ehlo/lessons/locale/localetest"
	"ehlo/sim"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

var rewrite = flag.Bool("rewrite", false, "write the explanations anew; then read them")

// least is how many mistakes are there at least, as the project has promised.
const least = 200

// TestMistakes types what people really type wrong, each mistake in a session of its own, and compares what is said of it:
// the server's last reply, why, and the repair. testdata/*.txt begin each part with "==" and what the session did before;
// behind "--" each line is a mistake, and what is said of it stands under it, indented; {x*900} in it are 900 x. `-rewrite` writes
// that down.
//
// A refusal without a reason fails, and so does a repair that the same session refuses.
func TestMistakes(t *testing.T) {
	texts := localetest.English(t, "../..")
	count := 0
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, n := retold(t, texts, file, string(want))
		count += n
		if got == string(want) {
			continue
		}
		if *rewrite {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Errorf("%s: the explanations are others (-rewrite writes them down):\n%s", file, difference(got, string(want)))
	}
	if count < least {
		t.Errorf("%d mistakes are tried, fewer than %d", count, least)
	}
}

// retold makes a file anew, with what is said now, and counts its mistakes.
func retold(t *testing.T, texts *locale.Catalogue, file, text string) (string, int) {
	t.Helper()
	var out strings.Builder
	var setup []string
	trying, count := false, 0
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		out.WriteString(line + "\n")
		switch {
		case strings.HasPrefix(line, "=="):
			setup, trying = nil, false
		case line == "--":
			trying = true
		case line == "" || strings.HasPrefix(line, "#"):
		case !trying:
			setup = append(setup, line)
		default:
			count++
			where := fmt.Sprintf("%s:%d: %s", file, i+1, line)
			out.WriteString(tried(t, texts, where, setup, repeated(line)))
		}
	}
	return out.String(), count
}

var many = regexp.MustCompile(`\{([^*{}]+)\*(\d+)\}`)

// repeated is a line in which what stands as {x*900} stands in full.
func repeated(line string) string {
	return many.ReplaceAllStringFunc(line, func(s string) string {
		m := many.FindStringSubmatch(s)
		n, _ := strconv.Atoi(m[2])
		return strings.Repeat(m[1], n)
	})
}

// session plays script lines in a world of its own.
func session(t *testing.T, where string, lines ...string) *sim.Timeline {
	t.Helper()
	text, _ := worlds.Text("two-domains")
	def, err := world.Parse("two-domains", text)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	s, err := script.Parse(where, []byte(strings.Join(lines, "\n")+"\n"))
	if err == nil {
		err = s.Play(tl)
	}
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	return tl
}

// tried makes a mistake, and says what the page says of it.
func tried(t *testing.T, texts *locale.Catalogue, where string, setup []string, mistake string) string {
	t.Helper()
	before := session(t, where, setup...).Trace().Len()
	tl := session(t, where, append(append([]string{}, setup...), mistake)...)
	v, reply := verdict(t, texts, tl, before)
	var out strings.Builder
	if reply != "" {
		out.WriteString("  S: " + reply + "\n")
	}
	if len(v.Why) == 0 { // a line that means another thing than it seems
		for _, note := range v.Notes {
			out.WriteString("  note: " + note + "\n")
		}
	}
	for _, why := range v.Why {
		out.WriteString("  why: " + why + "\n")
	}
	if v.Repair != "" {
		out.WriteString("  repair: " + v.Repair + "\n")
	}
	refused := v.Class == trace.ClassPermanent.String() || v.Class == trace.ClassTransient.String()
	if refused && len(v.Why) == 0 {
		t.Errorf("%s: is refused without a reason", where)
	}
	if v.Repair == "" {
		return out.String()
	}
	again := session(t, where, append(append([]string{}, setup...), "> "+v.Repair)...)
	r, said := verdict(t, texts, again, before)
	if r.Class != trace.ClassPermanent.String() && r.Class != trace.ClassTransient.String() {
		return out.String()
	}
	for _, own := range refusedAnyway {
		if strings.Contains(said, own) {
			return out.String()
		}
	}
	t.Errorf("%s: the repair %q is refused: %s", where, v.Repair, said)
	return out.String()
}

// refusedAnyway are refusals of what is a command: this server does not offer it, or has no such mailbox.
var refusedAnyway = []string{"502 5.5.1", "550 5.1.1", "not offered here", "There is no such mailbox"}

// verdict is what the page says of the last lines: a refusal is explained by the command that it answers, where that has a
// reason, else by itself.
func verdict(t *testing.T, texts *locale.Catalogue, tl *sim.Timeline, from int) (v explain.View, reply string) {
	t.Helper()
	var command, answer *trace.Event
	for _, e := range tl.Trace().Events(from, tl.Trace().Len()) {
		if e.Kind != trace.KindLine {
			continue
		}
		e.Data = bytes.Clone(e.Data)
		if e.Dir == trace.ToServer {
			command, answer = &e, nil
		} else {
			answer = &e
		}
	}
	if command == nil {
		t.Fatal("nothing was said")
	}
	conn, _ := tl.World().Conn(command.Conn)
	said := func(e *trace.Event) explain.View {
		v, err := explain.Explain(explain.Of(conn.Protocol, conn.Takes, e), texts)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	v = said(command)
	if answer == nil {
		return v, ""
	}
	r := said(answer)
	if len(v.Why) > 0 {
		r.Why = v.Why
	}
	if v.Repair != "" {
		r.Repair = v.Repair
	}
	return r, r.Text
}

// difference lists the lines that two texts do not share.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	var out strings.Builder
	for i := 0; i < max(len(g), len(w)) && out.Len() < 2000; i++ {
		a, b := "", ""
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			fmt.Fprintf(&out, "line %d\n got  %s\n want %s\n", i+1, a, b)
		}
	}
	return out.String()
}
