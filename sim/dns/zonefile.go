package dns

import (
	"strconv"
	"strings"
)

// ZoneError is a line of a zone file that cannot be read.
type ZoneError struct {
	Line int    // from 1
	What string // the word that is wrong, or ""
	ID   string // what is wrong: "dns.type", "dns.number", …
}

// Error gives the line and the identifier.
func (e *ZoneError) Error() string {
	return "line " + strconv.Itoa(e.Line) + ": " + e.ID + " " + strconv.Quote(e.What)
}

// What can be wrong in a zone file.
const (
	zoneQuote   = "dns.quote"   // a quoted string or a parenthesis is not closed
	zoneOwner   = "dns.owner"   // the first record has no name
	zoneName    = "dns.name"    // a name that is none, or that lies outside the zone
	zoneType    = "dns.type"    // no such type of record
	zoneNumber  = "dns.number"  // a number is wanted
	zoneAddress = "dns.address" // an address is wanted
	zoneFields  = "dns.fields"  // too few or too many fields
	zoneControl = "dns.control" // $INCLUDE and other lines that a world cannot take
	zoneAlias   = "dns.alias"   // other records stand beside a CNAME (RFC 1034 §3.6.2)
)

// ZoneErrorIDs lists what a [ZoneError] can say.
func ZoneErrorIDs() []string {
	return []string{zoneQuote, zoneOwner, zoneName, zoneType, zoneNumber, zoneAddress, zoneFields, zoneControl, zoneAlias}
}

// defaultTTL is what records get before $TTL or an SOA says another: an hour.
const defaultTTL = 3600

// ParseZone reads a zone file (RFC 1035 §5, $TTL by RFC 2308 §4). Names without a dot at their end are below the zone.
// The error is a [*ZoneError].
func ParseZone(zone, text string) ([]Record, error) {
	p := zoneParser{text: text, line: 1, zone: Canonical(zone), origin: Canonical(zone), ttl: defaultTTL}
	for p.err == nil && p.entry() {
	}
	if p.err == nil {
		p.aliases()
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.records, nil
}

type token struct {
	text   string
	quoted bool
	line   int
}

type zoneParser struct {
	text         string
	pos, line    int
	zone, origin string
	owner        string
	owned        bool // owner is set
	ttl          uint32
	records      []Record
	lines        []int // of records
	err          error
}

func (p *zoneParser) fail(line int, what, id string) bool {
	if p.err == nil {
		p.err = &ZoneError{line, what, id}
	}
	return false
}

// entry reads one entry: a line, or several that parentheses join. It says whether there was one.
func (p *zoneParser) entry() bool {
	for p.pos < len(p.text) {
		blank := p.text[p.pos] == ' ' || p.text[p.pos] == '\t'
		tokens := p.tokens()
		if p.err != nil {
			return false
		}
		if len(tokens) > 0 {
			p.read(tokens, blank)
			return p.err == nil
		}
	}
	return false
}

// tokens cuts one entry into words.
func (p *zoneParser) tokens() (tokens []token) {
	depth := 0
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '\n':
			p.pos++
			p.line++
			if depth == 0 {
				return tokens
			}
		case c == ' ' || c == '\t' || c == '\r':
			p.pos++
		case c == ';':
			for p.pos < len(p.text) && p.text[p.pos] != '\n' {
				p.pos++
			}
		case c == '(':
			depth++
			p.pos++
		case c == ')' && depth > 0:
			depth--
			p.pos++
		case c == ')':
			p.fail(p.line, ")", zoneQuote)
			return nil
		default:
			t, ok := p.word(c == '"')
			if !ok {
				return nil
			}
			tokens = append(tokens, t)
		}
	}
	if depth > 0 {
		p.fail(p.line, "(", zoneQuote)
		return nil
	}
	return tokens
}

// word reads a word or a quoted string. Escapes stand for their character.
func (p *zoneParser) word(quoted bool) (token, bool) {
	t := token{quoted: quoted, line: p.line}
	var b []byte
	if quoted {
		p.pos++
	}
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		switch {
		case quoted && c == '"':
			p.pos++
			t.text = string(b)
			return t, true
		case c == '\n', !quoted && strings.IndexByte(" \t\r;()\"", c) >= 0:
			if quoted {
				return t, p.fail(t.line, string(b), zoneQuote)
			}
			t.text = string(b)
			return t, true
		case c == '\\' && p.pos+3 < len(p.text) && isDigits(p.text[p.pos+1:p.pos+4]):
			n, _ := strconv.Atoi(p.text[p.pos+1 : p.pos+4])
			b = append(b, byte(n))
			p.pos += 4
			continue
		case c == '\\' && p.pos+1 < len(p.text):
			p.pos++
			c = p.text[p.pos]
		}
		b = append(b, c)
		p.pos++
	}
	t.text = string(b)
	return t, !quoted || p.fail(t.line, t.text, zoneQuote)
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" && s != "" }

// read takes the words of one entry.
func (p *zoneParser) read(tokens []token, blank bool) {
	line := tokens[0].line
	if word := tokens[0]; !blank && !word.quoted && strings.HasPrefix(word.text, "$") {
		p.control(tokens)
		return
	}
	if !blank {
		p.owner, p.owned = p.name(tokens[0]), true
		if p.err == nil && !within(p.owner, p.zone) {
			p.fail(tokens[0].line, tokens[0].text, zoneName)
		}
		tokens = tokens[1:]
	}
	if !p.owned {
		p.fail(line, "", zoneOwner)
		return
	}
	r := Record{Name: p.owner, TTL: p.ttl}
	for len(tokens) > 0 { // TTL and class stand in any order
		if ttl, ok := parseTTL(tokens[0].text); ok {
			r.TTL = ttl
		} else if !strings.EqualFold(tokens[0].text, "IN") {
			break
		}
		tokens = tokens[1:]
	}
	if len(tokens) == 0 {
		p.fail(line, "", zoneFields)
		return
	}
	var ok bool
	if r.Type, ok = TypeNamed(tokens[0].text); !ok {
		p.fail(tokens[0].line, tokens[0].text, zoneType)
		return
	}
	p.data(&r, tokens[0], tokens[1:])
	if p.err == nil {
		p.records, p.lines = append(p.records, r), append(p.lines, line)
	}
}

// control takes $ORIGIN and $TTL.
func (p *zoneParser) control(tokens []token) {
	word := strings.ToUpper(tokens[0].text)
	switch {
	case len(tokens) != 2:
		p.fail(tokens[0].line, tokens[0].text, zoneFields)
	case word == "$ORIGIN":
		p.origin = p.name(tokens[1])
	case word == "$TTL":
		var ok bool
		if p.ttl, ok = parseTTL(tokens[1].text); !ok {
			p.fail(tokens[1].line, tokens[1].text, zoneNumber)
		}
	default:
		p.fail(tokens[0].line, tokens[0].text, zoneControl)
	}
}

// parseTTL reads seconds, or numbers with units as in 1h30m.
func parseTTL(s string) (uint32, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	total, n := uint64(0), uint64(0)
	digits := false
	for i := range len(s) {
		if c := s[i]; '0' <= c && c <= '9' {
			n, digits = n*10+uint64(c-'0'), true
			if n > 1<<31 {
				return 0, false
			}
			continue
		}
		u := strings.IndexByte("smhdw", s[i]|0x20)
		if u < 0 || !digits {
			return 0, false
		}
		total += n * [...]uint64{1, 60, 3600, 86400, 604800}[u]
		n, digits = 0, false
	}
	total += n
	return uint32(total), total < 1<<31
}

// name reads a domain name.
func (p *zoneParser) name(t token) string {
	s := strings.ToLower(t.text)
	switch {
	case s == "@":
		return p.origin
	case s == ".":
		return ""
	case strings.HasSuffix(s, "."):
		s = strings.TrimSuffix(s, ".")
	case p.origin != "":
		s += "." + p.origin
	}
	if !isName(s) {
		p.fail(t.line, t.text, zoneName)
	}
	return s
}

// isName says whether a text is a name of labels that are not empty and not too long (RFC 1035 §2.3.4).
func isName(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for i := range len(label) {
			if c := label[i]; c <= ' ' || c >= 0x7f {
				return false
			}
		}
	}
	return true
}

// data reads what stands behind the type.
func (p *zoneParser) data(r *Record, t token, f []token) {
	want := map[Type]int{A: 1, AAAA: 1, CNAME: 1, NS: 1, PTR: 1, MX: 2, SOA: 7, SRV: 4, TLSA: 4}[r.Type]
	if r.Type == TXT && len(f) == 0 || r.Type == TLSA && len(f) < 4 || r.Type != TXT && r.Type != TLSA && len(f) != want {
		p.fail(t.line, t.text, zoneFields)
		return
	}
	switch r.Type {
	case A, AAAA:
		parse := ParseIPv4
		if r.Type == AAAA {
			parse = parseIPv6
		}
		var ok bool
		if r.Octets, ok = parse(f[0].text); !ok {
			p.fail(f[0].line, f[0].text, zoneAddress)
		}
	case CNAME, NS, PTR:
		r.Target = p.name(f[0])
	case MX:
		r.Pref = uint16(p.number(f[0], 1<<16-1))
		r.Target = p.name(f[1])
	case SRV:
		r.Pref = uint16(p.number(f[0], 1<<16-1))
		r.Numbers = []uint32{p.number(f[1], 1<<16-1), p.number(f[2], 1<<16-1)}
		r.Target = p.name(f[3])
	case SOA:
		r.Target, r.Mbox = p.name(f[0]), p.name(f[1])
		r.Numbers = append(r.Numbers, p.number(f[2], 1<<32-1))
		for _, n := range f[3:] {
			ttl, ok := parseTTL(n.text)
			if !ok {
				p.fail(n.line, n.text, zoneNumber)
			}
			r.Numbers = append(r.Numbers, ttl)
		}
	case TXT:
		for _, s := range f {
			if len(s.text) > 255 {
				p.fail(s.line, s.text[:20], zoneFields)
			}
			r.Texts = append(r.Texts, s.text)
		}
	case TLSA:
		for _, n := range f[:3] {
			r.Octets = append(r.Octets, byte(p.number(n, 255)))
		}
		for _, h := range f[3:] {
			r.Octets = p.hex(r.Octets, h)
		}
	}
}

func (p *zoneParser) number(t token, limit uint64) uint32 {
	n, err := strconv.ParseUint(t.text, 10, 64)
	if err != nil || n > limit {
		p.fail(t.line, t.text, zoneNumber)
		return 0
	}
	return uint32(n)
}

func (p *zoneParser) hex(dst []byte, t token) []byte {
	s := strings.ToLower(t.text)
	for i := 0; i+1 < len(s); i += 2 {
		hi, lo := strings.IndexByte(hexDigits, s[i]), strings.IndexByte(hexDigits, s[i+1])
		if hi < 0 || lo < 0 {
			p.fail(t.line, t.text, zoneNumber)
			return dst
		}
		dst = append(dst, byte(hi<<4|lo))
	}
	if len(s)%2 != 0 {
		p.fail(t.line, t.text, zoneNumber)
	}
	return dst
}

// aliases refuses what stands beside a CNAME.
func (p *zoneParser) aliases() {
	alias := make(map[string]bool)
	for _, r := range p.records {
		alias[r.Name] = alias[r.Name] || r.Type == CNAME
	}
	seen := make(map[string]bool)
	for i, r := range p.records {
		if alias[r.Name] && (seen[r.Name] || r.Type != CNAME) {
			p.fail(p.lines[i], r.Name, zoneAlias)
		}
		seen[r.Name] = true
	}
}
