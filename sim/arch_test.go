//go:build !js && !386

// The architecture of the house, as rules that a test checks. It needs the go command and reads source, which is the
// same everywhere: once, on the machine that builds, is enough.

package sim_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// libraries are all packages outside the house that code under sim may import, each with the reason why it keeps the
// core pure. Packages of tests are free.
var libraries = map[string]string{
	"bytes":           "octets in memory",
	"cmp":             "comparing values",
	"crypto/ed25519":  "signatures of DKIM; keys are world data, and nothing of it draws chance",
	"crypto/hmac":     "keyed digests of the logins in sim/sasl; it draws no chance",
	"crypto/md5":      "the digest that APOP and CRAM-MD5 prescribe; nothing else may rest on it",
	"crypto/pbkdf2":   "the keys of SCRAM-SHA-256, from a password and a salt that are given",
	"crypto/sha256":   "digests of traces and world files, the same on every platform",
	"embed":           "world and persona files are data of the program",
	"encoding/base64": "octets in JSON and MIME words, the same on every platform",
	"encoding/binary": "numbers in the trace's encoding, the byte order always given",
	"encoding/hex":    "digests as text",
	"errors":          "errors are values",
	"fmt":             "texts of errors; its order of map keys is sorted",
	"hash":            "the interface of digests",
	"iter":            "the types of range functions; Pull, which starts a coroutine, is forbidden below",
	"maps":            "keys to be sorted: what it yields is in no order",
	"math":            "limits of integers; its floating point is forbidden below",
	"math/bits":       "integer arithmetic with full results",
	"slices":          "slices in memory",
	"sort":            "binary search, and sorting without a copy of the code for each type",
	"strconv":         "numbers as text",
	"strings":         "text in memory",
	"sync/atomic":     "tables that are built once, by whichever world asks first; it starts nothing",
	"time":            "Duration, and calendar dates of a moment that is given; its clocks are forbidden below",
	"unicode/utf16":   "the escapes of JSON",
	"unicode/utf8":    "characters in octets",

	"github.com/pelletier/go-toml/v2/unstable": "the TOML parser that knows positions; it reads bytes and starts nothing",
}

// forbidden are functions and types of the allowed packages that would let a world depend on something that is not in
// its input log.
var forbidden = map[string]string{
	"time.Now":          clockReason,
	"time.Since":        clockReason,
	"time.Until":        clockReason,
	"time.Sleep":        clockReason,
	"time.After":        clockReason,
	"time.AfterFunc":    clockReason,
	"time.Tick":         clockReason,
	"time.NewTimer":     clockReason,
	"time.NewTicker":    clockReason,
	"time.Timer":        clockReason,
	"time.Ticker":       clockReason,
	"time.Local":        zoneReason,
	"time.LoadLocation": zoneReason,
	"iter.Pull":         concurrencyReason,
	"iter.Pull2":        concurrencyReason,
	"fmt.Print":         outputReason,
	"fmt.Printf":        outputReason,
	"fmt.Println":       outputReason,
	"fmt.Scan":          outputReason,
	"fmt.Scanf":         outputReason,
	"fmt.Scanln":        outputReason,
}

const (
	clockReason       = "the core reads no clock: the moment comes as an argument, as engine.Time, so that a replay sees the same one"
	zoneReason        = "the core knows no time zone of the machine it runs on: world time is UTC"
	concurrencyReason = "the core runs in one thread of control: an order that a scheduler decides cannot be replayed or cloned"
	outputReason      = "the core has no terminal: the trace is the only output of a world"
	floatReason       = "no floating point reaches a trace: its results may differ between platforms (only sim/scene, which nothing reads back, computes with it)"
)

// rooms are the packages of the house under sim, with what of the house each may import, besides engine and trace,
// which all may. A package that is not named may not be there: add it with what it needs.
var rooms = map[string]string{
	"sim":              "daemon dkim files machine message netsim pop3 imap smtp store terminal tlssim wire world worlds",
	"sim/engine":       "",
	"sim/trace":        "",
	"sim/trace/export": "dns packet", // the forms of addresses
	"sim/packet":       "",
	"sim/wire":         "",
	"sim/machine":      "",
	"sim/message":      "",
	"sim/sasl":         "machine",
	"sim/store":        "message",
	"sim/files":        "",
	"sim/netsim":       "",
	"sim/dns":          "",
	"sim/spf":          "dns",
	"sim/dkim":         "dns message",
	"sim/dmarc":        "dns message",
	"sim/srs":          "",
	"sim/http":         "machine",
	"sim/mtasts":       "dns message",
	"sim/tlssim":       "",
	"sim/toml":         "machine",                                                       // its errors are machine's notes; world and lessons read their files with it
	"sim/world":        "dkim dmarc dns machine message mtasts persona sasl store toml", // the names of mechanisms; records are what a zone file says
	"sim/worlds":       "",
	"sim/persona":      "imap machine pop3 sasl smtp toml", // what a file can say of a server is checked against the server
	"sim/personas":     "persona",
	"sim/smtp":         "machine message sasl wire",
	"sim/pop3":         "machine message sasl store wire",
	"sim/pop2":         "machine store wire",
	"sim/kpop":         "machine pop3", // POP3 behind a ticket
	"sim/imap":         "machine message sasl store wire",
	"sim/daemon":       "dkim dmarc dns files http imap kpop machine message mtasts persona pop2 pop3 sasl smtp spf srs store world",
	"sim/script":       "sim world",
	"sim/mua":          "imap machine message netsim pop3 sasl smtp store terminal world",
	"sim/terminal":     "daemon machine netsim tlssim world",                                                                              // what sim and shell know of each other
	"sim/shell":        "daemon dns files imap machine message mua netsim packet persona pop3 sasl smtp store terminal tlssim wire world", // tools speak every protocol
	"sim/paste":        "daemon machine",                                                                                                  // the daemons know every protocol's observer
	"sim/scene":        "machine",
	"sim/witness":      "daemon machine", // it reads lines with the parsers of all protocols
}

// houses says what the packages above the core may import of the house, by the beginning of the path. Imports run one
// way: sim ← lessons ← {wasm, web} ← cmd.
var houses = []struct{ of, may, reason string }{
	{"sim/scene", "sim/scene sim/engine sim/trace sim/machine", "the scene draws what the trace says, names it by message identifiers, and knows nothing else"},
	{"sim", "sim", "the core imports nothing above itself"},
	{"lessons/markdown", "lessons/markdown lessons sim", "what renders a lesson knows its format and nothing of a session"},
	{"lessons", "lessons sim", "lessons read the core; they know neither page nor program"},
	{"wasm/tutor", "wasm/tutor sim lessons", "the tutor joins core and lessons to the page; drawing is the stage's"},
	{"wasm/reader", "wasm/reader lessons", "the reader renders Markdown; a dead reader must not touch the simulation"},
	{"wasm/stage", "wasm/stage sim/scene sim/trace sim/engine", "the stage draws trace events; a dead stage must not touch the simulation"},
	{"web", "web lessons", "the page is files and their server"},
	{"cmd", "sim lessons web cmd", "the program joins everything but WebAssembly"},
}

// confined are libraries that live in one place, so that replacing one touches one place, and packages of the house that
// would make a program heavy which has to be there at once: tutor.wasm goes without Markdown, and without shells where it is built
// to start the page.
var confined = map[string]string{
	"github.com/yuin/goldmark":      "lessons/markdown",
	"ehlo/lessons/markdown":         "wasm/reader lessons/proof lessons/written cmd",
	"ehlo/sim/shell":                "lessons/proof wasm/tutor cmd",
	"ehlo/sim/mua":                  "sim/shell lessons/proof wasm/tutor cmd", // they go together
	"github.com/hajimehoshi/ebiten": "wasm/stage",
	"syscall/js":                    "wasm",
	"github.com/pelletier/go-toml":  "sim/toml",
	"net/http":                      "web cmd",
}

func TestLibrariesOfTheCore(t *testing.T) {
	for _, p := range core(t) {
		for _, path := range p.Imports {
			if strings.HasPrefix(path, "ehlo/") || libraries[path] != "" {
				continue
			}
			t.Errorf("%s imports %s, which is not on the list of libraries in sim/arch_test.go. The core is pure: no clock, file, "+
				"socket, goroutine or chance of its own. If this library starts and reads nothing, add it there with the reason.", p.ImportPath, path)
		}
	}
}

func TestLibrariesAreUsed(t *testing.T) {
	used := map[string]bool{}
	for _, p := range core(t) {
		for _, path := range p.Imports {
			used[path] = true
		}
	}
	for _, path := range slices.Sorted(maps.Keys(libraries)) {
		if !used[path] {
			t.Errorf("nothing under sim imports %s any more: take it off the list in sim/arch_test.go", path)
		}
	}
}

func TestRooms(t *testing.T) {
	for _, p := range core(t) {
		name := p.house()
		may, ok := rooms[name]
		if !ok {
			t.Errorf("%s is not in the table of rooms in sim/arch_test.go: add it with the packages of the house that it needs", p.ImportPath)
		}
		for _, path := range p.Imports {
			rest, ok := strings.CutPrefix(path, "ehlo/sim/")
			if path == "ehlo/sim" {
				rest, ok = "sim", true
			}
			if ok && rest != "engine" && rest != "trace" && !slices.Contains(strings.Fields(may), rest) {
				t.Errorf("%s imports %s, and its room has no door there: the table of rooms in sim/arch_test.go says what may import what. "+
					"Imports run from the front door down to engine, and the protocols do not know each other.", p.ImportPath, path)
			}
		}
	}
}

func TestImportDirection(t *testing.T) {
	for _, p := range house(t) {
		name := p.house()
		for _, h := range houses {
			if !within(name, h.of) {
				continue
			}
			for _, path := range p.Imports {
				rest, ok := strings.CutPrefix(path, "ehlo/")
				if ok && !slices.ContainsFunc(strings.Fields(h.may), func(m string) bool { return within(rest, m) }) && !strings.HasSuffix(rest, "test") {
					t.Errorf("%s imports %s: %s", p.ImportPath, path, h.reason)
				}
			}
			break
		}
	}
}

func TestConfinedLibraries(t *testing.T) {
	for _, p := range house(t) {
		for _, path := range p.Imports {
			for library, places := range confined {
				if within(path, library) && !slices.ContainsFunc(strings.Fields(places), func(place string) bool { return within(p.house(), place) }) {
					t.Errorf("%s imports %s, which lives only in %q, so that replacing it touches one place", p.ImportPath, path, places)
				}
			}
		}
	}
}

// TestTutorGoesWithoutShells: what a learner waits for has no shells and makes no signatures, and the whole core does.
func TestTutorGoesWithoutShells(t *testing.T) {
	for tag, want := range map[string]bool{"first": false, "": true} {
		deps, err := list(true, "-deps", "-tags", tag, "-json=ImportPath", "./wasm/tutor")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"ehlo/sim/shell", "ehlo/sim/mua", "crypto/ed25519"} {
			if got := slices.ContainsFunc(deps, func(p listed) bool { return p.ImportPath == path }); got != want {
				t.Errorf("wasm/tutor with the tag %q links %s: %v. A world reaches shells through sim/terminal only, and files without that tag name the rest.", tag, path, got)
			}
		}
	}
}

// TestTutorGoesWithoutFetching: of the protocols by which mail is fetched a learner waits for the names alone.
func TestTutorGoesWithoutFetching(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tutor.wasm")
	build := exec.Command("go", "build", "-tags", "first", "-ldflags=-s -w", "-o", file, "./wasm/tutor")
	build.Dir, build.Env = "..", append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// Names of functions are in a program even where it is stripped.
	for function, want := range map[string]bool{"smtp.(*Server).Receive": true, "pop3.(*Server).Receive": false, "pop2.(*Server).Receive": false,
		"imap.(*Server).Receive": false, "imap.(*Client).Receive": false, "kpop.(*Gate).Receive": false} {
		if got := bytes.Contains(program, []byte("ehlo/sim/"+function)); got != want {
			t.Errorf("tutor.wasm links %s: %v. Something in it that the files with the tag first do not leave out names it; no variable of a "+
				"package may need code to be set.", function, got)
		}
	}
}

// within says whether a path is another one or lies below it.
func within(path, above string) bool { return path == above || strings.HasPrefix(path, above+"/") }
