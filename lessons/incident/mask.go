package incident

import (
	"bytes"
	"encoding/base64"
	"regexp"

	"ehlo/lessons/overhear"
	"ehlo/sim/paste"
	"ehlo/sim/trace"
)

// filler stands for each octet of a password.
const filler = 'x'

// loose finds passwords outside of sessions: what is named so, what a URL carries, keys of TLS sessions that openssl prints, and
// logins that a log shows. Only lines in which one of the words stands, in lower case, are looked at closely: people bring long files.
var loose = []struct {
	words []string
	find  *regexp.Regexp
	login bool // what is found is a response of SASL in base64
}{
	{[]string{"passw", "passphrase", "pwd", "secret"}, regexp.MustCompile(`(?i)\b(?:password|passwd|passphrase|pwd|secret)["']?\s*[=:]\s*["']?([^\s"',;]+)`), false},
	{[]string{"://"}, regexp.MustCompile(`\b[a-z][a-z0-9+.-]+://[^\s:/@]+:([^\s/@]+)@`), false},
	{[]string{"master-key", "resumption psk", "session-id"}, regexp.MustCompile(`(?i)\b(?:Master-Key|Resumption PSK|Session-ID)\s*:\s*([0-9A-F]+)`), false},
	{[]string{"auth"}, regexp.MustCompile(`(?i)\bAUTH(?:ENTICATE)? (?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER) ([A-Za-z0-9+/=]+)`), true},
	{[]string{"authorization"}, regexp.MustCompile(`(?i)\bAuthorization: \w+ (\S+)`), false},
}

// near calls back with each line of a text in which one of some words stands, in any case.
func near(text []byte, words []string, line func(start, end int)) {
	lower := bytes.Clone(text)
	for i, c := range lower { // places must stay, so not bytes.ToLower
		if c >= 'A' && c <= 'Z' {
			lower[i] = c | 0x20
		}
	}
	for _, w := range words {
		for at := 0; ; {
			i := bytes.Index(lower[at:], []byte(w))
			if i < 0 {
				break
			}
			start := bytes.LastIndexByte(lower[:at+i], '\n') + 1
			if at = len(lower); bytes.IndexByte(lower[start:], '\n') >= 0 {
				at = start + bytes.IndexByte(lower[start:], '\n')
			}
			line(start, at)
		}
	}
}

// Masked is the text with as many letters x in the place of each password, and how many passwords there are. Nothing else is changed: line
// numbers and lengths stay. A capture comes as the text of its sessions, with C: and S:.
func (in *Incident) Masked() (text []byte, passwords int) {
	if in.Kind == Capture {
		return in.transcript()
	}
	text = bytes.Clone(in.text)
	var places []int // where each line begins
	if in.Kind == Session {
		places = append(places, 0)
		for i, c := range text {
			if c == '\n' {
				places = append(places, i+1)
			}
		}
	}
	for _, p := range in.Parts {
		if p.Conversation == nil {
			continue
		}
		var s overhear.Secrets
		for _, l := range p.Conversation.Lines {
			masked := s.Mask(p.Conversation.Protocol, l.Line)
			if from, to := changed(l.Data, masked); from < to && l.At <= len(places) {
				passwords++
				blot(text[places[l.At-1]:], l.Data[from:to], masked[from:to], bytes.Count(l.Data, []byte("\n")))
			}
		}
	}
	return text, passwords + maskLoose(text)
}

// isMasked says whether base64 holds a login whose password is masked already.
func isMasked(secret []byte) bool {
	plain, err := base64.StdEncoding.DecodeString(string(secret))
	password := plain[bytes.LastIndexByte(plain, 0)+1:]
	return err == nil && len(bytes.Trim(password, "xy")) == 0
}

// isLogin says whether base64 is a response with a password or a token in it: those of PLAIN have a NUL, those of OAuth a Ctrl-A.
func isLogin(secret []byte) bool {
	plain, err := base64.StdEncoding.DecodeString(string(secret))
	return err == nil && bytes.ContainsAny(plain, "\x00\x01")
}

// maskLoose fills the passwords that stand outside of sessions, and counts them.
func maskLoose(text []byte) (passwords int) {
	for _, l := range loose {
		near(text, l.words, func(start, end int) {
			for _, m := range l.find.FindAllSubmatchIndex(text[start:end], -1) {
				secret := text[start+m[2] : start+m[3]]
				if len(bytes.Trim(secret, string(filler))) == 0 || isMasked(secret) || l.login && !isLogin(secret) {
					continue
				}
				passwords++
				fill(secret)
			}
		})
	}
	return passwords
}

// changed is where two texts of one length differ: their first and last difference.
func changed(a, b []byte) (from, to int) {
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	for to = min(len(a), len(b)); to > from && a[to-1] == b[to-1]; {
		to--
	}
	return from, to
}

// blot puts what is masked in the place of a secret where it stands in the first lines of a text. Where it cannot be found, as it is written with escapes there, all
// behind the first word goes.
func blot(text, secret, masked []byte, lines int) {
	end := 0
	for range max(lines, 1) {
		if i := bytes.IndexByte(text[end:], '\n'); i >= 0 {
			end += i + 1
		} else {
			end = len(text)
		}
	}
	secret = bytes.TrimRight(secret, "\r\n")
	if i := bytes.LastIndex(text[:end], secret); i >= 0 {
		copy(text[i:], masked[:len(secret)])
		return
	}
	if i := bytes.IndexByte(text[:end], ' '); i >= 0 {
		fill(bytes.TrimRight(text[i+1:end], "\r\n"))
	}
}

func fill(p []byte) {
	for i, c := range p {
		if c != '\n' && c != '\r' && c != ' ' && c != '"' && c != '\'' {
			p[i] = filler
		}
	}
}

// transcript writes the sessions of a capture with C: and S:, passwords masked.
func (in *Incident) transcript() (text []byte, passwords int) {
	for i := range in.Parts {
		c := in.Parts[i].Conversation
		if c == nil {
			continue
		}
		text = append(text, "# "+in.flows[i].client+" -> "+in.flows[i].server+"\n"...)
		lines, n := maskedLines(c)
		passwords += n
		for _, l := range lines {
			for row := range bytes.Lines(l.Data) {
				text = append(append(text, l.Dir.String()+": "...), bytes.TrimRight(row, "\r\n")...)
				text = append(text, '\n')
			}
		}
	}
	return text, passwords + maskLoose(text)
}

// maskedLines are the lines of a conversation with their passwords masked, and how many have one.
func maskedLines(c *paste.Conversation) (lines []paste.Line, passwords int) {
	var s overhear.Secrets
	lines = make([]paste.Line, len(c.Lines))
	for i, l := range c.Lines {
		masked := s.Mask(c.Protocol, l.Line)
		if l.Dir == trace.ToServer && !bytes.Equal(masked, l.Data) {
			passwords++
		}
		l.Data = masked
		lines[i] = l
	}
	return lines, passwords
}

// Mask is the incident with its passwords masked in all that is shown of it.
func (in *Incident) Mask(protocol string) (*Incident, error) {
	if in.Kind != Capture {
		text, _ := in.Masked()
		return Read(text, protocol)
	}
	out := *in
	out.Parts = append([]Part{}, in.Parts...)
	for i := range out.Parts {
		if c := out.Parts[i].Conversation; c != nil {
			lines, _ := maskedLines(c)
			out.Parts[i].Conversation = &paste.Conversation{Protocol: c.Protocol, Lines: lines}
		}
	}
	return &out, nil
}
