package shell

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

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
	if p.Name == "head" {
		return headOptions(p)
	}
	return p.options("n:c:fFqv", "lines=n", "bytes=c", "follow:f", "quiet:q", "silent:q", "verbose:v")
}

func headOptions(p *Process) (opts options, files []string, fault string) {
	return p.options("n:c:qv", "lines=n", "bytes=c", "quiet:q", "silent:q", "verbose:v")
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
	opts, _, _ := tailOptions(p)
	if how := opts.last("q", "v"); how == "q" || how == "" && len(in) < 2 {
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

// columnsOf is how many columns of a terminal a line takes.
func columnsOf(line string) (n int) {
	for _, r := range line {
		switch {
		case r == '\t':
			n = n/8*8 + 8
		case r >= ' ' && r != 0x7f:
			n++
		}
	}
	return n
}

func wc(p *Process, in []input, ready bool) ([]string, int) {
	opts, files, fault := p.options("lwcmL", "lines:l", "words:w", "bytes:c", "chars:m", "max-line-length:L")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return nil, 1
	}
	if !ready {
		return files, -1
	}
	var total [5]int
	width := 1
	row := func(counts [5]int, name string) {
		first := true
		for i, letter := range []string{"l", "w", "m", "c", "L"} {
			if !opts.has(letter) && (len(opts) > 0 || (letter == "m" || letter == "L")) {
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
	all := make([][5]int, len(in))
	for i, f := range in {
		all[i] = [5]int{bytes.Count(f.text, []byte("\n")), len(bytes.Fields(f.text)), len([]rune(string(f.text))), len(f.text), 0}
		for line := range strings.Lines(string(f.text)) {
			all[i][4] = max(all[i][4], columnsOf(line))
		}
		for k, n := range all[i][:4] {
			total[k] += n
		}
		total[4] = max(total[4], all[i][4])
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

// base64Tool is base64.
func base64Tool(p *Process, in []input, ready bool) ([]string, int) {
	opts, files, fault := p.options("diw:", "decode:d", "ignore-garbage:i", "wrap=w")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return nil, 1
	}
	width := 76
	if v, ok := opts.get("w"); ok {
		var err error
		if width, err = strconv.Atoi(v); err != nil || width < 0 {
			p.Error("invalid wrap size: ‘", v, "’")
			p.Why("shell.why.option", p.Name)
			return nil, 1
		}
	}
	if len(files) > 1 {
		p.Error("extra operand ‘", files[1], "’")
		p.Complain(p.tryHelp())
		return nil, 1
	}
	if !ready {
		return files, -1
	}
	for _, f := range in {
		if opts.has("d") {
			text := bytes.ReplaceAll(bytes.ReplaceAll(f.text, []byte("\n"), nil), []byte("\r"), nil)
			if opts.has("i") {
				text = bytes.Map(func(r rune) rune {
					if r < 0x80 && inList(byte(r), "0-9A-Za-z+/=") {
						return r
					}
					return -1
				}, text)
			}
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
	opts, files, fault := p.options("btc", "binary:b", "text:t", "check:c")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return nil, 1
	}
	if !ready {
		return files, -1
	}
	if opts.has("c") {
		return nil, checkSums(p, in)
	}
	for _, f := range in {
		sum := md5.Sum(f.text)
		p.Print(hex.EncodeToString(sum[:]), map[bool]string{true: " *", false: "  "}[opts.last("b", "t") == "b"], f.name, "\n")
	}
	return nil, 0
}

// checkSums is md5sum -c: it reckons anew what lists say.
func checkSums(p *Process, in []input) int {
	lists, wrong, gone := 0, 0, 0
	for _, f := range in {
		for line := range strings.Lines(string(f.text)) {
			sum, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
			if !ok || len(sum) != 2*md5.Size || len(name) < 2 {
				continue
			}
			lists++
			name = name[1:]
			text, why := p.term.read(name)
			if why != "" {
				p.fileError(name, why)
				p.Print(name, ": FAILED open or read\n")
				gone++
				continue
			}
			if now := md5.Sum(text); hex.EncodeToString(now[:]) == strings.ToLower(sum) {
				p.Print(name, ": OK\n")
				continue
			}
			p.Print(name, ": FAILED\n")
			wrong++
		}
		if lists == 0 {
			p.Error(f.name, ": no properly formatted checksum lines found")
			return 1
		}
	}
	plural := func(n int, one, many string) string {
		return strconv.Itoa(n) + map[bool]string{true: one, false: many}[n == 1]
	}
	if gone > 0 {
		p.Error("WARNING: ", plural(gone, " listed file could not be read", " listed files could not be read"))
	}
	if wrong > 0 {
		p.Error("WARNING: ", plural(wrong, " computed checksum did NOT match", " computed checksums did NOT match"))
	}
	return boolToInt(wrong+gone > 0)
}
