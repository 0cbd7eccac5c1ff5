package shell_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ehlo/sim/shell"
)

// typed are the tools that sessions call, each with all words that stand behind it somewhere.
func typed(t *testing.T) map[string][]string {
	t.Helper()
	names, _ := filepath.Glob("testdata/*.txtar")
	words := map[string][]string{}
	for _, name := range names {
		for line := range strings.Lines(read(t, name).in) {
			for _, command := range regexp.MustCompile(`\|\|?|&&|;`).Split(strings.TrimSpace(line), -1) {
				if w := strings.Fields(command); len(w) > 0 {
					words[w[0]] = append(words[w[0]], append(w[1:], "")...)
				}
			}
		}
	}
	return words
}

// given says whether an option stands among words: as it is, with a value behind it, or as a letter among others.
func given(words []string, option string) bool {
	for _, w := range words {
		w = strings.Trim(w, `'"`)
		letters := len(option) == 2 && option[0] == '-' && len(w) > 1 && w[0] == '-' && w[1] != '-'
		if w == option || strings.HasPrefix(w, option+"=") || letters && strings.Contains(w[1:], option[1:]) {
			return true
		}
	}
	return false
}

// owners tells which tools a function or a type of this package belongs to, as the table of tools says.
func owners(file *ast.File, into map[string][]string) {
	ast.Inspect(file, func(n ast.Node) bool {
		row, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		key, ok := row.Key.(*ast.BasicLit)
		if !ok || key.Kind != token.STRING {
			return true
		}
		tool, _ := strconv.Unquote(key.Value)
		ast.Inspect(row.Value, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				into[id.Name] = append(into[id.Name], tool)
			}
			return true
		})
		return false
	})
}

// parsed are the options that tools read by Process.options: letters with a hyphen, long names with two.
func parsed(t *testing.T) map[string][]string {
	t.Helper()
	set := token.NewFileSet()
	owner := map[string][]string{"tailOptions": {"tail"}, "headOptions": {"head"}, "copyFiles": {"cp", "mv"}}
	var files []*ast.File
	names, _ := filepath.Glob("*.go")
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if files = append(files, f); name == "tools.go" {
			owners(f, owner)
		}
	}
	options := map[string][]string{}
	for _, f := range files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			name := fn.Name.Name
			if fn.Recv != nil {
				if of := typeName(fn.Recv.List[0].Type); of != "Process" {
					name = of
				}
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "options" {
					return true
				}
				if len(owner[name]) == 0 {
					t.Errorf("%s reads options, and no tool is known to be it", name)
				}
				for _, tool := range owner[name] {
					options[tool] = append(options[tool], specified(t, call)...)
				}
				return true
			})
		}
	}
	return options
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// specified are the options that a call of Process.options names.
func specified(t *testing.T, call *ast.CallExpr) (options []string) {
	t.Helper()
	for i, arg := range call.Args {
		lit, ok := arg.(*ast.BasicLit)
		if !ok {
			t.Fatal("options wants its names as literals")
		}
		text, _ := strconv.Unquote(lit.Value)
		if i > 0 {
			name, _, _ := strings.Cut(text, "=")
			name, _, _ = strings.Cut(name, ":")
			options = append(options, "--"+name)
			continue
		}
		for _, letter := range strings.ReplaceAll(text, ":", "") {
			options = append(options, "-"+string(letter))
		}
	}
	return options
}

// documented are the options that a tool's manual page lists: what begins with a hyphen or, for dig, a plus sign in its
// SYNOPSIS and in the heads of its OPTIONS.
func documented(t *testing.T, tool string) (options []string) {
	t.Helper()
	page, err := os.ReadFile("../../web/man/en/" + tool + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	section := ""
	option := regexp.MustCompile(`(?:^|[\s,|\[(])([-+](?:\[no\])?[-A-Za-z0-9#]+)(?:$|[\s,=\])|])`)
	for line := range strings.Lines(string(page)) {
		line = strings.TrimRight(line, "\n")
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if indent == 0 {
			section = line
		}
		if section != "SYNOPSIS" && (section != "OPTIONS" || indent != 4) {
			continue
		}
		cluster := regexp.MustCompile(`\[-([A-Za-z0-9#]{2,})\]`)
		for _, m := range cluster.FindAllStringSubmatch(line, -1) {
			for _, letter := range m[1] {
				options = append(options, "-"+string(letter))
			}
		}
		for _, m := range option.FindAllStringSubmatch(cluster.ReplaceAllString(line, ""), -1) {
			if name := m[1]; slices.Contains([]string{"+format", "+option", "-signal"}, name) {
				continue // it stands for what is written there
			} else if strings.Contains(name, "[no]") {
				options = append(options, strings.Replace(name, "[no]", "", 1), strings.Replace(name, "[no]", "no", 1))
			} else {
				options = append(options, name)
			}
		}
	}
	return options
}

// TestEveryOption: each tool is called by a session of testdata, and so is each option that it reads or that its manual page
// lists; and the page lists each letter that the tool reads.
func TestEveryOption(t *testing.T) {
	words, reads := typed(t), parsed(t)
	for _, tool := range shell.Tools() {
		if _, ok := words[tool]; !ok {
			t.Errorf("no session calls %s", tool)
		}
		pages := documented(t, tool)
		for _, option := range reads[tool] {
			if !given(words[tool], option) {
				t.Errorf("no session gives %s the option %s, which it reads", tool, option)
			}
			if len(option) == 2 && !slices.Contains(pages, option) {
				t.Errorf("the manual page of %s does not list %s, which it reads", tool, option)
			}
		}
		for _, option := range pages {
			if !given(words[tool], option) {
				t.Errorf("no session gives %s the option %s, which its manual page lists", tool, option)
			}
		}
	}
}

// TestEveryWordOfFetchmailrc: a session writes each word that a .fetchmailrc may hold.
func TestEveryWordOfFetchmailrc(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "fetchmailrc.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || !slices.Contains([]string{"set", "option", "userOption"}, fn.Name.Name) {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			if c, ok := n.(*ast.CaseClause); ok {
				for _, e := range c.List {
					if lit, ok := e.(*ast.BasicLit); ok {
						word, _ := strconv.Unquote(lit.Value)
						known = append(known, word)
					}
				}
			}
			return true
		})
	}
	if len(known) < 50 {
		t.Fatalf("the words of .fetchmailrc are elsewhere: %q", known)
	}
	written := map[string]bool{}
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		for line := range strings.Lines(read(t, name).in) {
			if !strings.HasPrefix(line, "echo ") {
				continue
			}
			for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" '\"\n", r) }) {
				written[word] = true
			}
		}
	}
	for _, word := range append(known, "poll", "server", "skip", "set", "defaults", "user", "username") {
		if !written[word] {
			t.Errorf("no session writes %s into a .fetchmailrc", word)
		}
	}
}
