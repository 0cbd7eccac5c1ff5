package incident

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/trace"
)

// mailboxes gives a session's server the domains and mailboxes that it needs: those whose recipients it took, those of logins, and the
// messages that were there.
func (b *builder) mailboxes(s *session) {
	if s.Protocol == "smtp" {
		b.recipients(s)
	}
	for _, u := range s.logins {
		address := u.name
		if !strings.Contains(address, "@") {
			domain := s.home(b)
			address += "@" + domain
		}
		_, domain, _ := strings.Cut(address, "@")
		if b.domain(domain, s.server.name) != s.server.name {
			continue
		}
		if b.user(address, filled) && u.ok && s.Protocol != "smtp" {
			b.inbox(s, address)
		}
	}
}

// home is the domain of a server's own users: one that it has, or what follows the first label of its name.
func (s *session) home(b *builder) string {
	for _, d := range b.domains {
		if d[1] == s.server.name {
			return d[0]
		}
	}
	if _, parent, ok := strings.Cut(s.server.name, "."); ok && strings.Contains(parent, ".") {
		return parent
	}
	return s.server.name
}

// recipients makes mailboxes of the recipients that a server took.
func (b *builder) recipients(s *session) {
	var asked []string
	sender := ""
	for _, l := range s.Lines {
		if l.Dir == trace.ToServer && l.Class == trace.ClassCommand {
			address := bounceAddress.FindString(string(l.Data))
			switch l.Verb {
			case "MAIL":
				sender = address
				if _, domain, ok := strings.Cut(sender, "@"); ok && s.in {
					b.domain(domain, s.server.name)
				}
			case "RCPT":
				asked = append(asked, address)
			}
		}
		if l.Dir != trace.ToClient || l.Verb != "RCPT" || len(asked) == 0 || l.Class == trace.ClassUntagged {
			continue
		}
		address := asked[0]
		asked = asked[1:]
		_, domain, ok := strings.Cut(address, "@")
		switch {
		case !ok:
		case l.Class == trace.ClassOK:
			b.recipient(s, sender, address, domain)
		case l.Class == trace.ClassTransient:
			b.assume("not-now")
			b.recipient(s, sender, address, domain)
		case !bytes.Contains(bytes.ToLower(l.Data), []byte("relay")) && !bytes.Contains(l.Data, []byte("5.7.1")):
			if b.domain(domain, s.server.name) == s.server.name { // it knows the domain and not the user
				b.gone[strings.ToLower(address)] = true
			}
		}
	}
}

// recipient gives an accepted recipient a mailbox: at this server, or where a message of a user of it goes on to.
func (b *builder) recipient(s *session, sender, address, domain string) {
	host := s.server.name
	if _, own, _ := strings.Cut(sender, "@"); s.in && !strings.EqualFold(own, domain) && !strings.EqualFold(domain, s.home(b)) {
		next := b.host("mx."+strings.ToLower(domain), "", "mta")
		if next == nil {
			return
		}
		next.listens(service{protocol: "smtp", port: 25})
		b.link(host, next.name)
		host = next.name
		b.assume("next-host", "host", host)
	}
	if b.domain(domain, host) != s.server.name && !s.in && !slices.Contains(s.server.relayFrom, s.client.name) {
		s.server.relayFrom = append(s.server.relayFrom, s.client.name) // it takes mail for others from this client
	}
	b.user(address, "")
}

var (
	statLine  = regexp.MustCompile(`^\+OK (\d+) (\d+)`)
	scanLine  = regexp.MustCompile(`^(\d+) (\d+)\r\n$`)
	exists    = regexp.MustCompile(`^\* (\d+) EXISTS`)
	fetched   = regexp.MustCompile(`(?i)^\* (\d+) FETCH [^\r\n]*(?:BODY\[\]|RFC822) \{(\d+)\}\r\n`)
	startsAll = regexp.MustCompile(`^[!-9;-~]+:`)
)

// inbox fills the mailbox of whoever logged in with the messages that the session shows, and with others in the place of those that it only
// counts.
func (b *builder) inbox(s *session, address string) {
	count := 0
	texts := map[int]string{}
	retr := 0
	of, octets := 0, 0 // the message of IMAP whose literal is being read, and its length
	var body strings.Builder
	for _, l := range s.Lines {
		text := string(l.Data)
		words := strings.Fields(text)
		switch {
		case l.Dir == trace.ToServer && l.Verb == "RETR" && len(words) > 1:
			retr, _ = strconv.Atoi(words[1])
			body.Reset()
		case l.Dir == trace.ToServer:
			retr = 0
		case l.Verb == "RETR" && retr > 0 && l.Class == trace.ClassContent:
			for row := range strings.Lines(text) {
				if row != ".\r\n" {
					body.WriteString(strings.TrimPrefix(row, "."))
				}
			}
			texts[retr] = body.String()
			count = max(count, retr)
		case l.Verb == "STAT" || l.Verb == "PASS" || l.Verb == "APOP":
			count = max(count, number(statLine, text))
		case l.Verb == "LIST" && s.Protocol == "pop3":
			count = max(count, number(scanLine, text))
		default:
			count = max(count, number(exists, text))
			if m := fetched.FindStringSubmatch(text); m != nil {
				of, _ = strconv.Atoi(m[1])
				octets, _ = strconv.Atoi(m[2])
				body.Reset()
			} else if of > 0 {
				body.WriteString(text[:min(len(text), max(octets-body.Len(), 0))])
			}
			if of > 0 && body.Len() == octets {
				texts[of] = body.String()
				count = max(count, of)
				of = 0
			}
		}
	}
	if count > maxLetters {
		b.assume("more-letters", "n", strconv.Itoa(maxLetters))
	}
	for n := 1; n <= min(count, maxLetters); n++ {
		text := strings.ReplaceAll(texts[n], "\r\n", "\n")
		if !isMessage(text) {
			text = "From: unknown@example.org\nSubject: Message " + strconv.Itoa(n) + ", which the recording does not show\n\nIts text is not known.\n"
			b.assume("letters")
		}
		b.letters = append(b.letters, kept{address, text})
	}
}

func number(re *regexp.Regexp, text string) int {
	m := re.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// isMessage says whether a text begins with a field and has lines as a world file takes them.
func isMessage(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\x00") {
			return false
		}
	}
	return startsAll.MatchString(text) && len(text) < 64<<10
}
