package incident

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/message"
)

// hop is what a host wrote about a message that it took (RFC 5321 §4.4).
type hop struct {
	From    string // what the client called itself
	Name    string // what the DNS calls its address, where that is written down
	Address string
	By      string
	With    string // RFC 3848
	For     string
	at      int64 // seconds since 1970
	dated   bool
	field   *headerField
}

// hops are those of a message, the first one first.
type hops struct{ list []hop }

// maxHops bounds how many hops are followed.
const maxHops = 200

// hopsOf reads the Received fields of a header. The newest stands first there.
func hopsOf(list []*headerField) *hops {
	h := &hops{}
	for i := len(list) - 1; i >= 0 && len(h.list) < maxHops; i-- {
		if list[i].name == "received" {
			h.list = append(h.list, list[i].received())
		}
	}
	return h
}

// token is a word, a comment in parentheses, or the semicolon of a Received field.
type token struct {
	start, end int
	comment    bool
}

// tokens cuts a field into words and comments, which may hold comments.
func (f *headerField) tokens() (list []token, date int) {
	text := f.Text
	for i := f.value; i < len(text); {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == ';':
			return list, i + 1
		case c == '(':
			start, depth := i, 0
			for ; i < len(text); i++ {
				if text[i] == '\\' {
					i++
				} else if text[i] == '(' {
					depth++
				} else if text[i] == ')' {
					if depth--; depth == 0 {
						i++
						break
					}
				}
			}
			i = min(i, len(text))
			list = append(list, token{start, i, true})
		default:
			start := i
			for i < len(text) && !strings.ContainsRune(" \t\r\n;(", rune(text[i])) {
				i++
			}
			list = append(list, token{start, i, false})
		}
	}
	return list, -1
}

var (
	bracketed   = regexp.MustCompile(`\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})\]|^\(([0-9]{1,3}(?:\.[0-9]{1,3}){3})\)`)
	tlsComment  = regexp.MustCompile(`(?i)tls|cipher`)
	heloComment = regexp.MustCompile(`helo=\[?([^\s\])]+)`)
	nameComment = regexp.MustCompile(`^\(([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)\.? \[`)
)

// clauses are the parts of a Received field by their first words.
var clauses = map[string]string{"from": "RFC 5321 §4.4", "by": "RFC 5321 §4.4", "via": "RFC 5321 §4.4", "with": "RFC 3848", "id": "RFC 5321 §4.4", "for": "RFC 5321 §4.4"}

// received takes a Received field apart.
func (f *headerField) received() hop {
	h := hop{field: f}
	list, date := f.tokens()
	clause := ""
	for i, t := range list {
		word := string(f.Text[t.start:t.end])
		switch key := strings.ToLower(word); {
		case t.comment:
			f.comment(&h, t, clause)
		case clauses[key] != "" && i+1 < len(list):
			clause = key
		case clause != "":
			f.span(t.start, t.end, "incident.received."+clause, clauses[clause])
			h.take(clause, word)
			clause = "behind-" + clause
		}
	}
	if date >= 0 {
		f.span(date, len(f.Text), "incident.received.date", "RFC 5322 §3.3")
		h.at, _, h.dated = message.ParseDate(message.Unfold(f.Text[date:]))
	}
	return h
}

func (h *hop) take(clause, word string) {
	switch clause {
	case "from":
		h.From = word
		if m := bracketed.FindStringSubmatch(word); m != nil {
			h.Address = m[1]
		}
	case "by":
		h.By = word
	case "with":
		h.With = strings.ToUpper(word)
	case "for":
		h.For = bare(word)
	}
}

// comment reads what stands in parentheses: behind the client's name its address, elsewhere how TLS was, or the host's program.
func (f *headerField) comment(h *hop, t token, clause string) {
	text := string(f.Text[t.start:t.end])
	switch {
	case strings.HasSuffix(clause, "from") && (strings.ContainsAny(text, "[=") || tlsComment.MatchString(text) || bracketed.MatchString(text)):
		term := "incident.received.tcp-info"
		if m := bracketed.FindStringSubmatch(text); m != nil && h.Address == "" {
			h.Address = m[1] + m[2]
		}
		if m := nameComment.FindStringSubmatch(text); m != nil && m[1] != "unknown" {
			h.Name = m[1]
		}
		if m := heloComment.FindStringSubmatch(text); m != nil {
			h.From, h.Name = m[1], h.From
		}
		if tlsComment.MatchString(text) {
			term = "incident.received.tls"
		}
		f.span(t.start, t.end, term, "RFC 5321 §4.4")
	case tlsComment.MatchString(text):
		f.span(t.start, t.end, "incident.received.tls", "")
	default:
		f.span(t.start, t.end, "incident.received.comment", "RFC 5322 §3.2.2")
	}
}

// withs are the keywords of RFC 3848 and others that have a text, in lower case.
var withs = []string{"smtp", "esmtp", "esmtps", "esmtpa", "esmtpsa", "lmtp", "lmtps", "lmtpa", "lmtpsa", "utf8smtp", "utf8smtps", "utf8smtpa", "utf8smtpsa", "http", "https", "local", "mapi"}

// slow is from how many seconds on a hop is worth a word: a message waited there.
const slow = 300

// explain says at each field what it tells together with the one below it.
func (h *hops) explain() {
	for i, one := range h.list {
		f := one.field
		f.note("incident.hop.number", "n", strconv.Itoa(i+1))
		for _, w := range withs {
			if strings.EqualFold(w, one.With) {
				f.note("incident.with." + w)
			}
		}
		if !one.dated {
			f.note("incident.hop.undated")
		}
		if one.From != "" && one.Name != "" && !strings.EqualFold(one.From, one.Name) && !strings.HasPrefix(one.From, "[") {
			f.note("incident.hop.other-name", "from", one.From, "name", one.Name)
		}
		if i == 0 {
			continue
		}
		before := h.list[i-1]
		if one.From != "" && before.By != "" && !strings.EqualFold(one.From, before.By) && !strings.EqualFold(one.Name, before.By) {
			f.note("incident.hop.gap", "from", one.From, "by", before.By)
		}
		if !one.dated || !before.dated {
			continue
		}
		switch delay := one.at - before.at; {
		case delay < 0:
			f.Why = append(f.Why, machine.NewNote("incident.hop.back", "delay", span(-delay)))
		case delay >= slow:
			f.note("incident.hop.slow", "delay", span(delay), "host", one.By)
		default:
			f.note("incident.hop.delay", "delay", span(delay))
		}
	}
}

// summary follows a message from host to host.
func (h *hops) summary() []machine.Note {
	var list []machine.Note
	for i, one := range h.list {
		from := one.From
		if from == "" {
			list = append(list, machine.NewNote("incident.hop.here", "n", strconv.Itoa(i+1), "by", one.By))
			continue
		}
		if one.Address != "" && !strings.Contains(from, one.Address) {
			from += " [" + one.Address + "]"
		}
		id := "incident.hop"
		if one.With == "" {
			id = "incident.hop.plain"
		}
		list = append(list, machine.NewNote(id, "n", strconv.Itoa(i+1), "from", from, "by", one.By, "with", one.With))
	}
	if n := len(h.list); n > 1 && h.list[0].dated && h.list[n-1].dated && h.list[n-1].at >= h.list[0].at {
		list = append(list, machine.NewNote("incident.hops", "n", strconv.Itoa(n), "delay", span(h.list[n-1].at-h.list[0].at)))
	}
	if len(h.list) > 1 {
		list = append(list, machine.NewNote("incident.hops.trust"))
	}
	return list
}

// span writes seconds as a time: "90s" is "1m30s".
func span(seconds int64) string {
	if seconds >= 48*3600 {
		return strconv.FormatInt(seconds/86400, 10) + " d"
	}
	return (time.Duration(seconds) * time.Second).String()
}
