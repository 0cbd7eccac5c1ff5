package smtp

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// mailParameters are the parameters of MAIL.
var mailParameters = []parameter[Mail]{
	{"SIZE", "RFC 1870 §6", ExtSize, readSize},
	{"BODY", "RFC 6152 §2", Ext8BitMIME, readBody},
	{"SMTPUTF8", "RFC 6531 §3.4", ExtSMTPUTF8, func(p *parser, m *Mail, value string) bool {
		m.UTF8 = true
		return p.noValue(value)
	}},
	{"RET", "RFC 3461 §4.3", ExtDSN, readReturn},
	{"ENVID", "RFC 3461 §4.4", ExtDSN, func(p *parser, m *Mail, value string) (ok bool) {
		m.EnvelopeID, ok = p.xtext(value, 100, termEnvelopeID)
		return ok
	}},
	{"BY", "RFC 2852 §4", ExtDeliverBy, readBy},
	{"AUTH", "RFC 4954 §5", ExtAuth, readAuth},
	{"REQUIRETLS", "RFC 8689 §2", ExtRequireTLS, func(p *parser, m *Mail, value string) bool {
		m.RequireTLS = true
		return p.noValue(value)
	}},
}

// readSize takes 1*20DIGIT; what is more than an int64 holds counts as the most it holds (RFC 1870 §3).
func readSize(p *parser, m *Mail, value string) bool {
	size, ok := p.number(value, termSizeValue, ReplyParameterSyntax)
	m.Size = size
	return ok
}

// number takes 1*20DIGIT at the parser's place.
func (p *parser) number(text string, t term, reply ReplyID) (int64, bool) {
	if text == "" || len(text) > 20 {
		return 0, p.fail(t, reply)
	}
	for i := range len(text) {
		if !isDigit(text[i]) {
			p.pos += i
			return 0, p.fail(t, reply)
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		n = math.MaxInt64
	}
	return n, true
}

// readBody takes "7BIT" / "8BITMIME".
func readBody(p *parser, m *Mail, value string) bool {
	m.Body = strings.ToUpper(value)
	return m.Body == "7BIT" || m.Body == "8BITMIME" || p.fail(termBodyValue, ReplyParameterSyntax)
}

// readReturn takes "FULL" / "HDRS".
func readReturn(p *parser, m *Mail, value string) bool {
	for r := ReturnFull; r <= ReturnHeaders; r++ {
		if strings.EqualFold(value, r.String()) {
			m.Return = r
			return true
		}
	}
	return p.fail(termReturnValue, ReplyParameterSyntax)
}

// readBy takes by-time ";" ( "N" / "R" ) [ "T" ]. A moment that is past cannot be kept to by returning the message.
func readBy(p *parser, m *Mail, value string) bool {
	seconds, mode, _ := strings.Cut(value, ";")
	n, err := strconv.ParseInt(seconds, 10, 64)
	digits := strings.TrimLeft(seconds, "+-")
	mode = strings.ToUpper(mode)
	by := DeliverBy{Given: true, Return: strings.HasPrefix(mode, "R"), Trace: strings.HasSuffix(mode, "T")}
	if err != nil || len(digits) > 9 || mode != "N" && mode != "NT" && mode != "R" && mode != "RT" || by.Return && n <= 0 {
		return p.fail(termByValue, ReplyParameterSyntax)
	}
	by.Within = time.Duration(n) * time.Second
	m.By = by
	return true
}

// readAuth takes "<>" or a mailbox in xtext.
func readAuth(p *parser, m *Mail, value string) bool {
	if value == "<>" {
		m.Auth = value
		return true
	}
	text, ok := p.xtext(value, maxPath, termAuthValue)
	if !ok {
		return false
	}
	q := parser{line: []byte(text)}
	if _, ok := q.mailbox(); !ok || !q.end() {
		return p.fail(termAuthValue, ReplyParameterSyntax)
	}
	m.Auth = text
	return true
}

// appendParameters adds the parameters of MAIL that the server has offered.
func (m *Mail) appendParameters(dst []byte, offered *extensions) []byte {
	if m.Size > 0 && offered.has(ExtSize) {
		dst = strconv.AppendInt(append(dst, " SIZE="...), m.Size, 10)
	}
	if m.Body != "" && offered.has(Ext8BitMIME) {
		dst = append(append(dst, " BODY="...), m.Body...)
	}
	if m.UTF8 && offered.has(ExtSMTPUTF8) {
		dst = append(dst, " SMTPUTF8"...)
	}
	if dsn := offered.has(ExtDSN); dsn && m.Return != ReturnUnsaid {
		dst = append(append(dst, " RET="...), m.Return.String()...)
	}
	if m.EnvelopeID != "" && offered.has(ExtDSN) {
		dst = appendXtext(append(dst, " ENVID="...), m.EnvelopeID)
	}
	if m.By.Given && offered.has(ExtDeliverBy) {
		dst = m.By.append(append(dst, " BY="...))
	}
	if m.Auth == "<>" && offered.has(ExtAuth) {
		dst = append(dst, " AUTH=<>"...)
	} else if m.Auth != "" && offered.has(ExtAuth) {
		dst = appendXtext(append(dst, " AUTH="...), m.Auth)
	}
	if m.RequireTLS && offered.has(ExtRequireTLS) {
		dst = append(dst, " REQUIRETLS"...)
	}
	return dst
}

// append adds the value of BY, in whole seconds.
func (b DeliverBy) append(dst []byte) []byte {
	dst = append(strconv.AppendInt(dst, int64(b.Within/time.Second), 10), ';')
	if b.Return {
		dst = append(dst, 'R')
	} else {
		dst = append(dst, 'N')
	}
	if b.Trace {
		dst = append(dst, 'T')
	}
	return dst
}
