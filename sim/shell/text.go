package shell

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

// cat is cat: it copies its standard input as it comes, and files one after the other.
type cat struct{ left []string }

// Handle copies.
func (c *cat) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		_, files, fault := p.options("u")
		if fault != "" {
			p.misused(fault, p.tryHelp(), 1)
			return
		}
		if c.left = files; len(files) == 0 {
			c.left = []string{"-"}
		}
		c.next(p)
	case Input:
		p.Write(e.Data)
	case EOF:
		p.Read(false)
		c.next(p)
	case Interrupt:
		p.Exit(130)
	}
}

func (c *cat) next(p *Process) {
	for len(c.left) > 0 {
		name := c.left[0]
		c.left = c.left[1:]
		if name == "-" {
			p.Read(true)
			return
		}
		text, why := p.term.read(name)
		if why != "" {
			p.fileError(name, why)
			p.status = 1
			continue
		}
		p.Write(text)
	}
	p.Exit(p.status)
}

// Copy returns an independent copy.
func (c *cat) Copy() Tool {
	d := *c
	return &d
}

// lines cuts a text behind each LF.
func lines(text []byte) [][]byte {
	all := bytes.SplitAfter(text, []byte("\n"))
	return all[:len(all)-boolToInt(len(all[len(all)-1]) == 0)]
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// tailOptions takes the arguments of head and tail apart.
func tailOptions(p *Process) (opts options, files []string, fault string) {
	for i, a := range p.Args { // the old form: head -3
		if len(a) > 1 && a[0] == '-' && strings.Trim(a[1:], "0123456789") == "" {
			p.Args[i] = "-n" + a[1:]
		}
	}
	return p.options("n:c:fFqv", "lines=n", "bytes=c", "follow:f", "quiet:q")
}

// counted reads the options of head and tail: how many lines or octets, and whether that is counted from the beginning.
func counted(p *Process) (n int, octets bool, sign byte, files []string, ok bool) {
	opts, files, fault := tailOptions(p)
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return 0, false, 0, nil, false
	}
	value, octets := opts.get("c")
	if !octets {
		if value, ok = opts.get("n"); !ok {
			value = "10"
		}
	}
	if value != "" && (value[0] == '+' || value[0] == '-') {
		sign, value = value[0], value[1:]
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		what := "lines"
		if octets {
			what = "bytes"
		}
		p.Error("invalid number of ", what, ": ‘", value, "’")
		p.Why("shell.why.option", p.Name)
		return 0, false, 0, nil, false
	}
	return n, octets, sign, files, true
}

// units are what head and tail count.
func units(text []byte, octets bool) [][]byte {
	if !octets {
		return lines(text)
	}
	all := make([][]byte, len(text))
	for i := range text {
		all[i] = text[i : i+1]
	}
	return all
}

// titled writes the name of a file above its part where there are several.
func titled(p *Process, in []input, i int) {
	if opts, _, _ := tailOptions(p); len(in) < 2 || opts.has("q") {
		return
	}
	name := in[i].name
	if name == "-" {
		name = "standard input"
	}
	if i > 0 {
		p.Print("\n")
	}
	p.Print("==> ", name, " <==\n")
}

func head(p *Process, in []input, ready bool) ([]string, int) {
	return part(p, in, ready, func(all, n int, sign byte) (from, to int) {
		if sign == '-' {
			return 0, max(all-n, 0)
		}
		return 0, min(n, all)
	})
}

func tail(p *Process, in []input, ready bool) ([]string, int) {
	return part(p, in, ready, func(all, n int, sign byte) (from, to int) {
		if sign == '+' {
			return min(max(n-1, 0), all), all
		}
		return max(all-n, 0), all
	})
}

// part is head or tail: cut says which of all units are shown, given the number that was asked for and its sign.
func part(p *Process, in []input, ready bool, cut func(all, n int, sign byte) (from, to int)) ([]string, int) {
	n, octets, sign, files, ok := counted(p)
	if !ok {
		return nil, 1
	}
	if !ready {
		return files, -1
	}
	for i := range in {
		titled(p, in, i)
		all := units(in[i].text, octets)
		from, to := cut(len(all), n, sign)
		p.Write(bytes.Join(all[from:to], nil))
	}
	return nil, 0
}

func wc(p *Process, in []input, ready bool) ([]string, int) {
	opts, files, fault := p.options("lwcm", "lines:l", "words:w", "bytes:c", "chars:m")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return nil, 1
	}
	if !ready {
		return files, -1
	}
	var total [4]int
	width := 1
	row := func(counts [4]int, name string) {
		first := true
		for i, letter := range []string{"l", "w", "m", "c"} {
			if !opts.has(letter) && (len(opts) > 0 || letter == "m") {
				continue
			}
			n := strconv.Itoa(counts[i])
			if !first {
				p.Print(" ")
			}
			first = false
			p.Print(strings.Repeat(" ", max(width-len(n), 0)), n)
		}
		if name != "-" || len(files) > 0 {
			p.Print(" ", name)
		}
		p.Print("\n")
	}
	all := make([][4]int, len(in))
	for i, f := range in {
		all[i] = [4]int{bytes.Count(f.text, []byte("\n")), len(bytes.Fields(f.text)), len([]rune(string(f.text))), len(f.text)}
		for k, n := range all[i] {
			total[k] += n
		}
	}
	if len(opts) != 1 || len(in) > 1 { // as wide as the size of all files, or where that is not known 7
		if width = len(strconv.Itoa(total[3])); len(files) == 0 {
			width = 7
		}
	}
	for i, f := range in {
		row(all[i], f.name)
	}
	if len(in) > 1 {
		row(total, "total")
	}
	return nil, 0
}

// grep finds lines in which a basic regular expression matches.
func grep(p *Process, in []input, ready bool) ([]string, int) {
	opts, rest, fault := p.options("icvnFHhqe:", "ignore-case:i", "count:c", "invert-match:v", "line-number:n", "fixed-strings:F", "regexp=e", "quiet:q")
	if fault != "" {
		p.misused(fault, "Usage: grep [OPTION]... PATTERNS [FILE]...\n"+p.tryHelp(), 2)
		return nil, 2
	}
	pattern, ok := opts.get("e")
	if !ok {
		if len(rest) == 0 {
			p.misused("", "Usage: grep [OPTION]... PATTERNS [FILE]...\n"+p.tryHelp(), 2)
			return nil, 2
		}
		pattern, rest = rest[0], rest[1:]
	}
	if !ready {
		return rest, -1
	}
	named := (len(in) > 1 || opts.has("H")) && !opts.has("h")
	found := false
	for _, f := range in {
		count := 0
		for i, line := range lines(f.text) {
			if matches(string(bytes.TrimRight(line, "\r\n")), pattern, opts) == opts.has("v") {
				continue
			}
			count++
			if opts.has("c") || opts.has("q") {
				continue
			}
			if named {
				p.Print(f.name, ":")
			}
			if opts.has("n") {
				p.Print(strconv.Itoa(i+1), ":")
			}
			p.Print(strings.TrimSuffix(string(line), "\n"), "\n")
		}
		if opts.has("c") {
			if named {
				p.Print(f.name, ":")
			}
			p.Print(strconv.Itoa(count), "\n")
		}
		found = found || count > 0
	}
	return nil, boolToInt(!found)
}

func matches(line, pattern string, opts options) bool {
	if opts.has("i") {
		line, pattern = strings.ToLower(line), strings.ToLower(pattern)
	}
	if opts.has("F") {
		return strings.Contains(line, pattern)
	}
	return matchExpression(line, pattern)
}

// base64Tool is base64.
func base64Tool(p *Process, in []input, ready bool) ([]string, int) {
	opts, files, fault := p.options("dDiw:", "decode:d", "ignore-garbage:i", "wrap=w")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return nil, 1
	}
	if !ready {
		return files, -1
	}
	for _, f := range in {
		if opts.has("d") || opts.has("D") {
			text := bytes.ReplaceAll(bytes.ReplaceAll(f.text, []byte("\n"), nil), []byte("\r"), nil)
			out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
			n, err := base64.StdEncoding.Decode(out, text)
			p.Write(out[:n])
			if err != nil {
				p.Error("invalid input")
				p.Why("shell.why.base64", p.Name)
				return nil, 1
			}
			continue
		}
		width := 76
		if v, ok := opts.get("w"); ok {
			width, _ = strconv.Atoi(v)
		}
		text := base64.StdEncoding.EncodeToString(f.text)
		for width > 0 && len(text) > width {
			p.Print(text[:width], "\n")
			text = text[width:]
		}
		p.Print(text)
		if width > 0 {
			p.Print("\n")
		}
	}
	return nil, 0
}

func md5sum(p *Process, in []input, ready bool) ([]string, int) {
	_, files, fault := p.options("bt", "binary:b", "text:t")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return nil, 1
	}
	if !ready {
		return files, -1
	}
	for _, f := range in {
		sum := md5.Sum(f.text)
		p.Print(hex.EncodeToString(sum[:]), "  ", f.name, "\n")
	}
	return nil, 0
}
