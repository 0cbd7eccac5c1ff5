package incident

import (
	"bytes"
	"encoding/base64"
	"net/netip"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/paste"
	"ehlo/sim/trace"
)

// Mention is something that the incident holds and that its owner may not want to share.
type Mention struct {
	Kind  string // "password", "user", "address", "host", "ip", "subject" or "body"
	Value string // "" for a password; for a body its octets
	Count int    // how often
}

// mentionKinds are the kinds in the order in which they are listed.
var mentionKinds = []string{"password", "user", "address", "subject", "body", "host", "ip"}

// maxMentions bounds how many values of a kind are told apart.
const maxMentions = 500

var (
	keyed     = regexp.MustCompile(`^[a-z.]+=`) // a field of a log, not the beginning of an address
	coded     = regexp.MustCompile(`^[2-5]\d\d-`)
	subjectAt = regexp.MustCompile(`(?i)(?:^|[ '"])Subject: ?([^\r\n]+)`)
)

// found collects mentions.
type found map[[2]string]int

func (f found) add(kind, value string, n int) { f[[2]string{kind, value}] += n }

// Contents lists what the incident holds that may be private, the most private first.
func (in *Incident) Contents() []Mention {
	f := found{}
	text, passwords := in.Masked()
	if passwords > 0 {
		f.add("password", "", passwords)
	}
	f.scan(text)
	body := 0
	for i := range in.Parts {
		if c := in.Parts[i].Conversation; c != nil {
			for _, u := range usersOf(c.Protocol, c.Lines) {
				f.add("user", u.name, 1)
			}
			for _, l := range c.Lines {
				if l.Class == trace.ClassContent {
					body += len(l.Data)
				}
			}
		}
	}
	if body > 0 {
		f.add("body", strconv.Itoa(body), 1)
	}
	for _, fl := range in.flows {
		for _, a := range []string{fl.clientAddress, fl.serverAddress} {
			if a != "" {
				f.add("ip", a, 1)
			}
		}
	}
	for _, m := range in.Letters {
		if m.User != "" {
			f.add("user", m.User, 1)
		}
	}
	return f.list()
}

// scan finds what has a form of its own. It goes through the text once: what people bring may be long.
func (f found) scan(text []byte) {
	near(text, []string{"subject: "}, func(start, end int) {
		if m := subjectAt.FindSubmatch(text[start:end]); m != nil {
			subject := bytes.TrimSpace(m[1])
			f.add("subject", string(subject[:min(len(subject), 200)]), 1)
		}
	})
	for start := 0; start < len(text); {
		if !isWord(text[start]) {
			start++
			continue
		}
		end, colons := start, 0
		for end < len(text) && isWord(text[end]) {
			if text[end] == ':' {
				colons++
			}
			end++
		}
		if word := text[start:end]; len(word) <= 400 {
			f.word(string(word), colons)
		}
		start = end
	}
}

// isWord says whether an octet can be in an address, a name or a number that stands for a host.
func isWord(c byte) bool {
	return isKey(c) || strings.IndexByte(".@:+=!#$%&'*/?^{|}~", c) >= 0
}

// word takes what is between blanks, brackets and commas.
func (f found) word(word string, colons int) {
	if colons > 1 {
		if a, err := netip.ParseAddr(strings.TrimPrefix(word, "IPv6:")); err == nil && a.Is6() {
			f.add("ip", a.String(), 1)
			return
		}
	}
	for part := range strings.SplitSeq(word, ":") {
		part = strings.ToLower(strings.Trim(part, ".'"))
		if local, domain, ok := strings.Cut(part, "@"); ok {
			local = local[len(keyed.FindString(local)):]
			if domain = strings.TrimRight(domain, "!?'"); local != "" && isDomain(domain) {
				f.add("address", local+"@"+domain, 1)
			}
			continue
		}
		part = part[len(coded.FindString(part)):]
		part = part[strings.LastIndexAny(part, "=/")+1:]
		if isIPv4(part) {
			f.add("ip", part, 1)
		} else if strings.Contains(part, ".") && isHostName(part) {
			f.add("host", part, 1)
		}
	}
}

// endings are the last labels of names that are files or properties, not hosts.
var endings = []string{"log", "cf", "conf", "txt", "eml", "php", "html", "mailfrom", "helo", "from", "d", "s", "i", "a", "h", "local-part", "c", "pl", "py", "toml", "gz"}

func isHostName(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	for _, e := range endings {
		if last == e {
			return false
		}
	}
	return isDomain(name) && last != "" && !isDigits(last)
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func isIPv4(s string) bool {
	if strings.Count(s, ".") != 3 {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if n, err := strconv.Atoi(part); err != nil || n > 255 || len(part) > 1 && part[0] == '0' {
			return false
		}
	}
	return true
}

func (f found) list() []Mention {
	list := make([]Mention, 0, len(f))
	for k, n := range f {
		list = append(list, Mention{k[0], k[1], n})
	}
	rank := map[string]int{}
	for i, k := range mentionKinds {
		rank[k] = i
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		switch {
		case a.Kind != b.Kind:
			return rank[a.Kind] < rank[b.Kind]
		case a.Count != b.Count:
			return a.Count > b.Count
		}
		return a.Value < b.Value
	})
	kept, of := list[:0], map[string]int{}
	for _, m := range list {
		if of[m.Kind]++; of[m.Kind] <= maxMentions {
			kept = append(kept, m)
		}
	}
	return kept
}

// Note says what a mention is.
func (m Mention) Note() machine.Note {
	return machine.NewNote("incident.holds."+m.Kind, "value", m.Value, "n", strconv.Itoa(m.Count))
}

// user is a login in a conversation.
type user struct {
	name string
	ok   bool // the server took it
}

// usersOf finds the logins of a conversation.
func usersOf(protocol string, lines []paste.Line) (list []user) {
	var u user
	begun := false
	for _, l := range lines {
		text := string(bytes.TrimRight(l.Data, "\r\n"))
		words := strings.Fields(text)
		if protocol == "imap" && len(words) > 0 {
			words = words[1:]
		}
		if l.Dir == trace.ToClient {
			if begun && (l.Class == trace.ClassOK || l.Class == trace.ClassTransient || l.Class == trace.ClassPermanent) && (l.Verb == "AUTH" || l.Verb == "AUTHENTICATE" || l.Verb == "LOGIN" || l.Verb == "PASS" || l.Verb == "APOP") {
				u.ok = l.Class == trace.ClassOK
				list = append(list, u)
				u, begun = user{}, false
			}
			continue
		}
		switch {
		case l.Class == trace.ClassCommand && l.Verb == "USER" && len(words) > 1:
			u.name = words[1]
		case l.Class == trace.ClassCommand && l.Verb == "PASS" && len(text) > 5:
			begun = true
		case l.Class == trace.ClassCommand && l.Verb == "APOP" && len(words) > 1:
			u.name, begun = words[1], true
		case l.Class == trace.ClassCommand && l.Verb == "LOGIN" && protocol == "imap":
			if begun = true; len(words) > 1 && words[1][0] != '{' {
				u.name = strings.Trim(words[1], `"`)
			}
		case l.Class == trace.ClassCommand && (l.Verb == "AUTH" || l.Verb == "AUTHENTICATE") && len(words) > 1:
			begun = true
			if len(words) > 2 {
				u.response(words[2])
			}
		case begun && len(words)+len(text) > 0:
			u.response(strings.TrimSpace(text))
		}
	}
	if begun {
		list = append(list, u)
	}
	return list
}

// response takes what a response of a login says: PLAIN has name and password, LOGIN one after the other, CRAM-MD5 and SCRAM the name.
func (u *user) response(text string) {
	if name, _, ok := strings.Cut(text, " {"); ok && u.name == "" { // the user name of IMAP's LOGIN was a literal, and the password is one
		u.name = strings.Trim(name, `"`)
		return
	}
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return
	}
	said := string(plain)
	parts := strings.Split(said, "\x00")
	switch {
	case len(parts) == 3:
		u.name = parts[1]
	case strings.HasPrefix(said, "n,") || strings.HasPrefix(said, "y,") || strings.HasPrefix(said, "p="):
		if _, rest, ok := strings.Cut(said, "n="); ok {
			u.name, _, _ = strings.Cut(rest, ",")
		}
	case strings.HasPrefix(said, "c=") || strings.HasPrefix(said, "user="): // SCRAM's proof; OAuth
		if name, _, ok := strings.Cut(strings.TrimPrefix(said, "user="), "\x01"); ok {
			u.name = name
		}
	case u.name == "":
		name, digest, ok := strings.Cut(said, " ")
		if u.name = said; ok && len(digest) == 32 {
			u.name = name
		}
	}
}
